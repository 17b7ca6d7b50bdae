"""Many designs: axes, price, keep, choose, fit, files."""
