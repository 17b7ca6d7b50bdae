"""JAX functions, Flax and Equinox modules: read from their jaxprs, which hold no numbers."""
