"""A program of JAX's beside XLA and beside its own values: product by product, kind by kind."""
