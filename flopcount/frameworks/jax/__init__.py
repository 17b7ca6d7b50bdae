"""JAX functions: read into our graph from their jaxpr; compared with XLA."""
