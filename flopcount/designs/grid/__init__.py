"""A grid of designs: its axes, its filters, and counts over boxes of it."""
