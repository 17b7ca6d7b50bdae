"""The version, for the package, the command line and what a check ran on."""

__version__ = "0.1.0"
