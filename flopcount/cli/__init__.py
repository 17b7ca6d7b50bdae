"""Words from a shell to a call and back."""
