"""Networks of PyTorch, read from a run of their own code on tensors that hold no numbers."""
