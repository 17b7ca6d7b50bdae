"""Modules as the papers draw them: boxes for layers, bands for what flows between them."""

from .lanes import Box, Drawing, Link, entering, placed

__all__ = ["Box", "Drawing", "Link", "entering", "placed"]
