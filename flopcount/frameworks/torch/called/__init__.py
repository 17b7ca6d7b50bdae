"""What a module calls while it runs, at each level, with its sizes."""

from .listening import calls_of, is_seen

__all__ = ["calls_of", "is_seen"]
