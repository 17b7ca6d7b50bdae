"""1×1 convolutions marked as reductions, where nothing in what was read says that they are."""

from collections.abc import Iterable

from ..core import Network, Op, computed_of, is_convolution, is_transposed, width_of, window_of
from ..core.ops.traits import with_role
from ..errors import FlopcountError, plural, quote
from ..records import replace
from .patterns import paths_met

BY_PATTERN = " (of a model --reduce PATTERN marks 1×1s)"  # how, where a message says that none is


def mark_reductions(network: Network, pattern: str) -> Network:
    """Mark as ``reduce`` the 1×1 convolutions whose paths a pattern meets: ``layer*/conv1``.

    Patterns are those of `paths_met`. Whether it can be bypassed is looked at by what bypasses it.
    Raises `FlopcountError`, with the nearest, where none is met.
    """
    met = paths_met(network, pattern)
    narrow = narrow_paths(network)
    marked = met.intersection(narrow)
    if not marked:
        said = f"{plural(len(met), 'layer')}, and no 1×1 convolution" if met else "no layer"
        near = _nearest(pattern, narrow) or "; the network has no 1×1 convolution"
        if not narrow and any(_is_narrow(node.op) for node in network.nodes):
            near = "; the weights of its 1×1 convolutions are computed"
        raise FlopcountError(f"it names {said}{near}")
    nodes = tuple(
        replace(node, op=with_role(node.op, "reduce")) if node.path in marked else node
        for node in network.nodes
    )
    note = f"marked reduce: {len(marked)} of its 1×1 convolutions ({quote(pattern)})"
    return replace(network, nodes=nodes, notes=(*network.notes, note))


def narrow_paths(network: Network) -> list[str]:
    """The paths of the 1×1 convolutions with weights of their own."""
    return [n.path for n in network.nodes if _is_narrow(n.op) and not computed_of(n.op)]


def _is_narrow(op: Op) -> bool:
    window = window_of(op)
    one = window is not None and {*window.kernel} == {1}
    return one and is_convolution(op) and width_of(op) is not None and not is_transposed(op)


def _nearest(pattern: str, paths: Iterable[str]) -> str:
    """The path that is most like a pattern, as the end of a message; nothing where none is."""
    from difflib import SequenceMatcher

    typed = SequenceMatcher(b=pattern.replace("*", ""), autojunk=False)

    def alike(path: str) -> float:
        typed.set_seq1(path)
        return typed.ratio()

    near = max(paths, key=alike, default="")
    return f"; the nearest 1×1 is {near!r}" if near else ""
