"""Sizes: whole numbers, or what stands for many of them; windows; how a formula is printed."""
