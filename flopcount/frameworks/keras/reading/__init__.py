"""Keras models: read into our graph, from a file's config alone or from their jaxpr."""
