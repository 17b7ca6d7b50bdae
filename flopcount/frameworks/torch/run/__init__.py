"""One run of a module on tensors that hold no numbers, written down; all is left as found."""
