"""1×1 convolutions marked as reductions, where nothing in what was read says that they are."""

from collections.abc import Iterable
from dataclasses import replace
from difflib import SequenceMatcher
from fnmatch import fnmatchcase

from ..core import Network, Op, computed_of, is_convolution, is_transposed, width_of, window_of
from ..core.ops.traits import with_role
from ..errors import FlopcountError, plural, quote


def mark_reductions(network: Network, pattern: str) -> Network:
    """Mark as ``reduce`` the 1×1 convolutions whose paths a pattern meets: ``layer*/conv1``.

    A ``*`` stands for any signs, a ``?`` for one, ``[ab]`` for one of these; a module's path is of
    all that is in it. Whether they can be bypassed is looked at by what bypasses them. Raises
    `FlopcountError`, with the nearest, where it meets none.
    """
    met = {node.path for node in network.nodes if _meets(pattern, node.path)}
    narrow = [node.path for node in network.nodes if _is_narrow(node.op)]
    marked = met.intersection(narrow)
    if not marked:
        said = f"{plural(len(met), 'layer')}, and no 1×1 convolution" if met else "no layer"
        raise FlopcountError(f"it names {said}{_nearest(pattern, narrow)}")
    nodes = tuple(
        replace(node, op=with_role(node.op, "reduce")) if node.path in marked else node
        for node in network.nodes
    )
    note = f"marked reduce: {len(marked)} of its 1×1 convolutions ({quote(pattern)})"
    return replace(network, nodes=nodes, notes=(*network.notes, note))


def _meets(pattern: str, path: str) -> bool:
    return fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern}/*")


def _is_narrow(op: Op) -> bool:
    """Whether an op is a 1×1 convolution with weights of its own."""
    window = window_of(op)
    if window is None or {*window.kernel} != {1} or not is_convolution(op) or computed_of(op):
        return False
    return width_of(op) is not None and not is_transposed(op)


def _nearest(pattern: str, paths: Iterable[str]) -> str:
    """The path that is most like a pattern, as the end of a message."""
    typed = SequenceMatcher(b=pattern.replace("*", ""), autojunk=False)

    def alike(path: str) -> float:
        typed.set_seq1(path)
        return typed.ratio()

    near = max(paths, key=alike, default="")
    return f"; the nearest 1×1 is {near!r}" if near else "; the network has no 1×1 convolution"
