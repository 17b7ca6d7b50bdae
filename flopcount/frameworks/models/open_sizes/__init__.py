"""Models at sizes that are open: formulas, each checked against the model at numbers."""
