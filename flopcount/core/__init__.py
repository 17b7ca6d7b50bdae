"""A layer is its loop nests: ops, counts, graph."""
