"""Layers by a pattern of their paths: ``layer3/*``."""

from fnmatch import fnmatchcase

from ..core import Network


def paths_met(network: Network, pattern: str) -> set[str]:
    """The paths that a pattern meets, or whose beginning it does: a module's.

    A ``*`` stands for any signs, a ``/`` too, a ``?`` for one, ``[ab]`` for one of these. A model's
    names may have the dots of its framework.

    >>> import flopcount as fc
    >>> sorted(paths_met(fc.load("googlenet"), "3[ab]/5x5"))
    ['3a/5x5/1', '3a/5x5/2', '3b/5x5/1', '3b/5x5/2']
    """
    dotted = pattern.replace(".", "/") if network.reader else pattern
    forms = {form for text in (pattern, dotted) for form in (text, f"{text.rstrip('/')}/*")}
    paths = (node.path for node in network.nodes)
    return {path for path in paths if any(fnmatchcase(path, form) for form in forms)}
