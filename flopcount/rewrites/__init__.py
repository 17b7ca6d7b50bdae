"""Graph to graph: what-ifs."""
