"""What a heading says of a network: its defaults, and what is in it for nobody."""

from collections.abc import Iterable, Mapping

from ..core import Network, Node, is_transposed
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

    Of transposed convolutions it speaks where there is one among the `nodes`.

    >>> defaults_note("the spec", builtin_defaults())[:68]
    'where the spec says nothing else, convolutions are SAME with bias an'
    """
    said = [f"convolutions are {_convolution(defaults['conv'])}"]
    for kind, what in _CONVOLUTIONS.items():
        if defaults[kind] != defaults["conv"]:
            said.append(f"{what} {_convolution(defaults[kind])}")
    transposed = _convolution(defaults["transposed"])
    if transposed != _convolution(defaults["conv"]) and any(is_transposed(n.op) for n in nodes):
        said.append(f"transposed ones {transposed}")
    said.append(f"dense layers have {_dense(defaults['dense'])}")
    alike = defaults["maxpool"] == defaults["avgpool"]
    pools = {"maxpool": "pools"} if alike else _POOLS
    said += [f"{what} are {_pool(defaults[kind], framework)}" for kind, what in pools.items()]
    if defaults["norm"] != builtin_defaults()["norm"]:
        said.append(f"norms are {_norm(defaults['norm']['norm'])}")
    if framework == "torch":
        said.append("SAME pads both sides alike, as PyTorch does")
    between = "; " if any("," in part for part in said) else ", "
    return f"where {where} says nothing else, {between.join(said)}"


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
    carried = _carried(settings)
    if settings["bias"]:
        return listed(["a bias", *carried])
    return f"no bias, but {listed(carried)}" if carried else "no bias"


def _pool(settings: Settings, framework: str) -> str:
    if settings["padding"] == "same" and framework == "keras":  # ⌈n/stride⌉ in any case
        return _padding(settings)
    return f"{_padding(settings)}, rounded {'up' if settings['rounding'] else 'down'}"
