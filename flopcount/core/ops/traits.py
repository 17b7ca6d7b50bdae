"""What a rewrite may ask of an op, and a report: traits, not kinds."""

from collections.abc import Callable
from typing import Any

from ...errors import FlopcountError
from ...records import fields, replace
from ...sizes import Size, Window
from ..op import Op


def _trait(name: str, default: Any = None) -> Any:
    """A question to an op: its attribute of a name, where it has one."""
    return lambda op: getattr(op, name, default)


# How many channels an op puts out, where that is a setting of its own; the window that it slides
# over its input; why a 1×1 exists, ``reduce`` or ``project``; the grid that it gives, where that is
# a setting, as an adaptive pool's; and how the notation writes it, where it has more behind its
# word than a window and a width.
width_of: Callable[[Op], Size | None] = _trait("width")
window_of: Callable[[Op], Window | None] = _trait("window")
role_of: Callable[[Op], str | None] = _trait("role")
extent_of: Callable[[Op], tuple[int, ...] | None] = _trait("to")
text_of: Callable[[Op], str | None] = _trait("text")
# Its kind, where a report says more of it: attention, recurrence, lookup or experts.
family_of: Callable[[Op], str] = _trait("family", default="")
# What rides on it: bias, norm and activation.
tail_of: Callable[[Op], Any] = _trait("tail")
# Of several layers in one, the layer that gives it its looks.
main_of: Callable[[Op], Op | None] = _trait("main")
# Whether its window slides over what it puts out; whether it works on each channel alone and keeps
# them all, as a crop does; on each position, as a dense layer; whether its windows are patches.
is_transposed: Callable[[Op], bool] = _trait("scatters", default=False)
is_channelwise: Callable[[Op], bool] = _trait("channelwise", default=False)
is_positionwise: Callable[[Op], bool] = _trait("positionwise", default=False)
is_patched: Callable[[Op], bool] = _trait("patches", default=False)
# Of what was read from a model: whether a norm and an activation that follow it are layers of their
# own; which of the two an op is then; and which parameters come in, computed, and are not held.
is_bare: Callable[[Op], bool] = _trait("bare", default=False)
tail_part: Callable[[Op], str] = _trait("tail_part", default="")
computed_of: Callable[[Op], str] = _trait("computed", default="")
# Whether its channels stand behind the grid that it works on, or before it; else None.
is_channels_last: Callable[[Op], bool | None] = _trait("channels_last")


def with_width(op: Op, width: Size) -> Op:
    """The same op with another width."""
    return replace(op, width=width)


def open_sizes(op: Op) -> dict[str, Size]:
    """Those of its settings that are sizes with a name in them, such as its width."""
    settings = {field.name: getattr(op, field.name) for field in fields(op)}
    return {name: value for name, value in settings.items() if hasattr(value, "space")}


def with_window(op: Op, window: Window) -> Op:
    """The same op with another window."""
    return replace(op, window=window)


def with_role(op: Op, role: str) -> Op:
    """The same convolution, marked: why it exists."""
    return replace(op, role=role)


def without_role(op: Op) -> Op:
    """The same op, unmarked."""
    return op if role_of(op) is None else replace(op, role=None)


def has_weights(op: Op) -> bool:
    """Whether it has weights that give it its channels: it may carry a bias, a norm and more."""
    return hasattr(op, "tail") or hasattr(op, "width")


def setting_of(op: Op, group: str) -> Any:
    """What an op has of a group of words, such as ``outpad``; None where it has no such setting."""
    return getattr(op, group, None)


def riding(op: Op) -> tuple[str, ...]:
    """What its last nests are of, where it carries a bias, a norm or an activation: a word each."""
    return op.tail.parts if hasattr(op, "tail") else ()


def is_convolution(op: Op) -> bool:
    """Whether it slides weights over its input, or, transposed, over its output."""
    return has_weights(op) and window_of(op) is not None


def axes_after(op: Op, axes: int) -> int:
    """How many axes the grid has that it puts out, of one that has so many."""
    change = getattr(op, "axes_after", None)
    return change(axes) if change else axes


def separated(op: Op) -> tuple[Op, Op] | None:
    """A depthwise op and a 1×1 in the place of a convolution; None where it has no such parts."""
    parts = getattr(op, "separated", None)
    return parts() if parts else None


def factors_of(op: Op) -> dict[str, int]:
    """Its groups and its channel multiplier, 1 where it has none."""
    return {name: getattr(op, name, 1) for name in ("groups", "multiplier")}


def heads_of(op: Op) -> tuple[int, int] | None:
    """The heads of an attention: of queries, and of keys and values; of any other op None."""
    return (op.heads, op.groups) if hasattr(op, "heads") else None  # type: ignore[attr-defined]


def is_causal(op: Op) -> bool:
    """Whether an attention's tokens see none that comes later."""
    return getattr(op, "causal", False)


def has_mask(op: Op) -> bool:
    """Whether an attention hides pairs of queries and keys."""
    return is_causal(op) or bool(getattr(op, "window_size", ()))


def has_projections(op: Op) -> bool:
    """Whether an attention makes its queries, keys and values itself."""
    return heads_of(op) is not None and not getattr(op, "dot", False)


def with_kv(op: Op, kv: int) -> Op:
    """The same attention with so many heads of keys and values."""
    return replace(op, kv=kv)


def with_mask_window(op: Op, window: tuple[int, ...]) -> Op:
    """The same attention with another window: of tokens a mask, of a grid what is cut out of it."""
    return replace(op, window_size=window)


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
    return replace(op, past=past) if hasattr(op, "past") else op


def read_from_cache(op: Op, keys: Size) -> Op:
    """The same cross-attention where all keys and values are held, so many: it has one input.

    Raises `FlopcountError` for a bias of each distance that there is: how many there were is not
    known any more.
    """
    if getattr(op, "relative", None) == 0:
        raise FlopcountError(
            "its table has a row for each distance to what was read, and how many tokens come in "
            "is open; relative=32 has as many as it says"
        )
    return replace(op, cached=keys)


def keys_cached(op: Op) -> Size:
    """How many keys and values an attention reads of another sequence's cache, 0 for none."""
    return getattr(op, "cached", 0)


def scaled(op: Op, scale: Callable[[Size], Size]) -> Op:
    """The same op, each of its own widths scaled: its width, and that of a projection in it."""
    if hasattr(op, "scaled"):
        return op.scaled(scale)  # type: ignore[no-any-return]
    width = width_of(op)
    return op if width is None else with_width(op, scale(width))
