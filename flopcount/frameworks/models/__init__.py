"""What readers of models share: inputs, the graph as it grows, paths, sizes that are open."""
