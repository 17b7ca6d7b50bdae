"""What a rewrite may ask besides the traits of core/op.py: heads, masks, a cache, what is last."""

from collections.abc import Callable
from dataclasses import replace

from ...sizes import Size
from ..op import Op, is_positionwise, width_of, with_width


def heads_of(op: Op) -> tuple[int, int] | None:
    """The heads of an attention: of queries, and of keys and values; of any other op None."""
    return (op.heads, op.groups) if hasattr(op, "heads") else None  # type: ignore[attr-defined]


def is_causal(op: Op) -> bool:
    """Whether an attention's tokens see none that comes later."""
    return getattr(op, "causal", False)


def has_projections(op: Op) -> bool:
    """Whether an attention makes its queries, keys and values itself."""
    return heads_of(op) is not None and not getattr(op, "dot", False)


def with_kv(op: Op, kv: int) -> Op:
    """The same attention with so many heads of keys and values."""
    return replace(op, kv=kv)  # type: ignore[type-var]


def with_mask_window(op: Op, window: tuple[int, ...]) -> Op:
    """The same attention with another window: of tokens a mask, of a grid what is cut out of it."""
    return replace(op, window_size=window)  # type: ignore[type-var]


def is_incremental(op: Op) -> bool:
    """Whether a new token is all that it has to read of a sequence that it was given before.

    It works on each position by itself, or holds what it needs of those before, as a recurrence
    has its state. Attention holds it in a cache: see `cached`.
    """
    return getattr(op, "incremental", is_positionwise(op))


def gives_last(op: Op) -> bool:
    """Whether it puts out the last token alone: ``select last``, a recurrence's last step."""
    return getattr(op, "which", "") == "last" or getattr(op, "last", False)


def cached(op: Op, past: Size) -> Op:
    """The same op where so many tokens came before, whose keys and values are held."""
    return replace(op, past=past) if hasattr(op, "past") else op  # type: ignore[type-var]


def scaled(op: Op, scale: Callable[[Size], Size]) -> Op:
    """The same op, each of its own widths scaled: its width, and that of a projection in it."""
    if hasattr(op, "scaled"):
        return op.scaled(scale)  # type: ignore[no-any-return]
    width = width_of(op)
    return op if width is None else with_width(op, scale(width))
