"""What a heading says of a network: its defaults, and what is in it for nobody."""

from collections.abc import Iterable, Mapping

from ..core import Network, Node, Op, extent_of, family_of, is_patched, is_transposed, window_of
from ..core.ops.norm import read_kind
from ..errors import listed
from ..reading import axes_text
from .vocabulary import Settings, builtin_defaults

_PADDINGS = {"same": "SAME", "valid": "VALID"}
_PARTS = {"shift": "β alone", "scale": "γ alone", "stats": "no γ, no β"}
_ACTIVATIONS = {
    "relu": "ReLU",
    "relu6": "ReLU6",
    "leaky": "leaky ReLU",
    "elu": "ELU",
    "silu": "SiLU",
    "gelu": "GELU",
    "selu": "SELU",
    "prelu": "PReLU",
}
_CONVOLUTIONS = {
    "conv": "convolutions",
    "depthwise": "depthwise ones",
    "separable": "separable ones",
}
_POOLS = {"maxpool": "max pools", "avgpool": "average pools"}


_NAMED = 12  # of the layers that no layer reads, so many are named


def unread_note(network: Network) -> str:
    """The sentence about modules and layers that no layer reads; empty where there are none."""
    unread = network.unread
    more = f" and {len(unread) - _NAMED:,} more" if len(unread) > _NAMED else ""
    return f"not read by any layer: {', '.join(unread[:_NAMED])}{more}" if unread else ""


def defaults_note(
    where: str,
    defaults: Mapping[str, Settings],
    framework: str = "keras",
    nodes: Iterable[Node] = (),
) -> str:
    """The sentence for a heading; `where` is what says nothing else: the spec, the table.

    Of transposed convolutions and of attention it speaks where there is one among the `nodes`; of
    convolutions and pools not where sequences alone are there.

    >>> defaults_note("the spec", builtin_defaults())[:68]
    'where the spec says nothing else, convolutions are SAME with bias an'
    """
    ops = [node.op for node in nodes]
    images = any(map(_slides, ops)) or not any(map(family_of, ops))
    said = _convolutions(defaults, ops) if images else []
    dense, attention = _dense(defaults["dense"]), _dense(defaults["attention"])
    attends = "attention" in map(family_of, ops)
    said.append(f"{'attention and ' * (attends and attention == dense)}dense layers have {dense}")
    said += [f"attention has {attention}"] if attends and attention != dense else []
    alike = defaults["maxpool"] == defaults["avgpool"]
    pools = ({"maxpool": "pools"} if alike else _POOLS) if images else {}
    said += [f"{what} are {_pool(defaults[kind], framework)}" for kind, what in pools.items()]
    if defaults["norm"] != builtin_defaults()["norm"]:
        said.append(f"norms are {_norm(defaults['norm']['norm'])}")
    if framework == "torch" and images:
        said.append("SAME pads both sides alike, as PyTorch does")
    between = "; " if any("," in part for part in said) else ", "
    return f"where {where} says nothing else, {between.join(said)}"


def _slides(op: Op) -> bool:
    """Whether an op is a convolution or a pool whose padding the notation may leave out."""
    window = None if family_of(op) else window_of(op) or extent_of(op)
    return window is not None and not is_patched(op)


def _convolutions(defaults: Mapping[str, Settings], ops: Iterable[Op]) -> list[str]:
    """What convolutions are, and each kind of them that is otherwise."""
    said = [f"convolutions are {_convolution(defaults['conv'])}"]
    for kind, what in _CONVOLUTIONS.items():
        if defaults[kind] != defaults["conv"]:
            said.append(f"{what} {_convolution(defaults[kind])}")
    transposed = _convolution(defaults["transposed"])
    if transposed != _convolution(defaults["conv"]) and any(map(is_transposed, ops)):
        said.append(f"transposed ones {transposed}")
    return said


def _padding(settings: Settings) -> str:
    padding = settings["padding"]
    return _PADDINGS.get(padding) or f"padded by {axes_text(padding)}"


def _carried(settings: Settings) -> list[str]:
    """The norm and the activation, where there are some."""
    norm: str = settings["norm"] or ""
    activation: str = settings["activation"] or ""
    return list(filter(None, (_norm(norm), _ACTIVATIONS.get(activation, activation))))


def _norm(kind: str) -> str:
    """What a norm is called, and which of γ and β it has where that is not both.

    >>> _norm("shift"), _norm("group:32:scale"), _norm("rms")
    ('batch norm (β alone)', 'group norm (32 groups, γ alone)', 'RMS norm')
    """
    if not kind:
        return ""
    over, groups, which = read_kind(kind)
    said = [f"{groups} groups"] if over == "group" else []
    said += [_PARTS[which]] if which in _PARTS else []
    name = "RMS" if over == "rms" else over
    return f"{name} norm ({', '.join(said)})" if said else f"{name} norm"


def _convolution(settings: Settings) -> str:
    carried = [*(["bias"] if settings["bias"] else []), *_carried(settings)]
    bare = "" if settings["bias"] else " without bias"
    comma = "," if bare and carried else ""
    return f"{_padding(settings)}{bare}{comma}{f' with {listed(carried)}' if carried else ''}"


def _dense(settings: Settings) -> str:
    carried = _carried(settings) if "norm" in settings else []
    if settings["bias"]:
        return listed(["a bias", *carried])
    return f"no bias, but {listed(carried)}" if carried else "no bias"


def _pool(settings: Settings, framework: str) -> str:
    if settings["padding"] == "same" and framework == "keras":  # ⌈n/stride⌉ in any case
        return _padding(settings)
    return f"{_padding(settings)}, rounded {'up' if settings['rounding'] else 'down'}"
