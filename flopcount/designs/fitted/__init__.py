"""The largest design within a budget."""
