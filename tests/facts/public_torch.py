"""A public PyTorch model as it runs on shapes alone: its layers, and how often it multiplies.

Nothing of flopcount's readers is used: a `TorchDispatchMode` notes each operation that reads a
parameter, or a view of one, whatever module calls it, and torch's `FlopCounterMode` counts.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any
from unittest import mock

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter
from torch.utils.flop_counter import FlopCounterMode

from tests.facts import layers as canonical
from tests.facts.implementations import Layer, Layers

# Matrices that are several layers side by side, by the end of their names.
FUSED = {
    r"(qkv|c_attn|query_key_value)\.weight|in_proj_weight": 3,
    r"gate_up_proj(\.weight)?": 2,
}
_VIEWS = {  # what gives a parameter, or some of it, in another shape
    "t", "transpose", "permute", "view", "_unsafe_view", "expand", "slice", "select", "unsqueeze",
    "squeeze", "split", "clone", "alias", "split_with_sizes", "detach", "index", "unbind",
    "_to_copy", "repeat",
}  # fmt: skip
_NORMED = {"native_layer_norm": 2, "native_batch_norm": 1, "native_group_norm": 1}
_NORMED |= {"cudnn_batch_norm": 1, "_native_batch_norm_legit_no_training": 1}


class Noted(TorchDispatchMode):
    """The layers of a run, by the operations that were dispatched."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self.model = model
        self.parameters = dict(model.named_parameters())
        self.layers: Layers = Counter()
        self.made: Any = None  # by the operation that is being noted
        self.read: dict[str, str] = {}  # of each parameter that was read, what it is
        for name, parameter in self.parameters.items():
            parameter.held_as = name  # type: ignore[attr-defined]

    def __torch_dispatch__(  # type: ignore[override]
        self, func: Any, types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        made = self.made = func(*args, **(kwargs or {}))
        name = func.overloadpacket.__name__
        if name in _VIEWS and (held := _held(args[0])):
            for view in tree_iter(made):
                view.held_as = held
        elif name == "constant_pad_nd":
            made.unpadded = _grid(args[0])
        elif name in _NORMED:
            self._norm(name, args)
        elif rule := _RULES.get(name):
            rule(self, *args, **(kwargs or {}))
        elif any(_held(operand) for operand in tree_iter((args, kwargs))):
            self._element_by_element(name, [*args[0]] if name == "cat" else args)
        return made

    def _convolution(  # noqa: PLR0917  PyTorch's own arguments
        self, x: Any, weight: Any, _bias: Any, stride: Any, _pad: Any, dilation: Any,
        transposed: bool, _outpad: Any, groups: int,  # noqa: FBT001
    ) -> None:  # fmt: skip
        name = self._claims(weight, "weights")
        axes = weight.dim() - 2
        strides, spread = (_along(numbers, axes) for numbers in (stride, dilation))
        kind, grids = "transposed" if transposed else "conv", (_grid(x), self.made.shape[2:])
        channels, numbers = (x.shape[1], self.made.shape[1]), (weight.numel(), self._bias(name))
        self._add(
            canonical.convolution(
                kind, weight.shape[2:], strides, spread, groups, channels, grids, numbers
            )
        )

    def _product(self, *operands: Any, **_: Any) -> None:
        x, weight = operands[-2:]
        if _held(x):  # experts have it so: a matrix for each token, times a column
            x, weight = weight.transpose(-1, -2), _kept(x, x.transpose(-1, -2))
        if not _held(weight):
            return
        name = self._claims(weight, "weights")
        held = self.parameters[name]
        channels, width = weight.shape[-2:]
        experts = held.shape[0] if held.dim() == 3 else 1
        positions = x.numel() // channels
        whole = canonical.dense(positions, channels, width, self._bias(name, width), experts)
        fused = [n for pattern, n in FUSED.items() if re.search(rf"(^|[._])({pattern})$", name)]
        self.layers.update(canonical.dense_parts(whole, *fused) if fused else [whole])

    def _norm(self, name: str, args: Any) -> None:
        x, trained = args[0], [t for t in args[_NORMED[name] :][:2] if t is not None]
        axis = -1 if name == "native_layer_norm" else 1
        for parameter in trained:
            self._claims(parameter, "norm_params")
        stats = sum(t.numel() for t in args[3:5]) if "batch" in name else 0
        numbers = (sum(t.numel() for t in trained), stats)
        over = next(kind for kind in ("layer", "batch", "group") if kind in name)
        groups = args[6] if over == "group" else 1
        size = args[1][0] if over == "layer" else x.shape[axis]
        self._add(canonical.norm(over, x.numel() // size, size, numbers, groups))

    def _lookup(self, weight: Any, *_: Any) -> None:
        name = _held(weight)
        if name and self.read.get(name) != "lookups":
            self._claims(weight, "weights")
            self.read[name] = "lookups"
            self._add(canonical.lookup(*self.parameters[name].shape))

    def _element_by_element(self, operation: str, operands: Any) -> None:
        for operand in operands:
            if not (name := _held(operand)):
                continue
            parameter = self.parameters[name]
            owner, _, leaf = name.rpartition(".")
            if leaf == "bias" and self._beside(name) in self.read:
                continue  # it was claimed with the weights
            others = [o for o in operands if isinstance(o, torch.Tensor) and o is not operand]
            if "norm" in type(self.model.get_submodule(owner)).__name__.lower():
                self._claims(operand, "norm_params")
                size = parameter.numel()
                self._add(canonical.norm("rms", others[0].numel() // size, size, (size, 0)))
            elif operation in ("mul", "mul_"):
                self._claims(operand, "weights")
                size = parameter.numel()
                self._add(canonical.factors(others[0].numel() // size, size))
            elif self.read.get(name) != "lookups":
                self._claims(operand, "weights")
                self.read[name] = "lookups"
                width = parameter.shape[-1]
                self._add(canonical.lookup(parameter.numel() // width, width))

    def _pool(self, kind: str, x: Any, kernel: Any, stride: Any = (), *_: Any) -> None:
        y = self.made[0] if kind == "max" else self.made  # beside its places
        window = _along(kernel, 2), _along(stride or kernel, 2)
        self._pooled(kind, window, x.shape[1], (_grid(x), y.shape[2:]))

    def _mean(self, x: Any, axes: Any = None, *_: Any, **__: Any) -> None:
        """The mean over a grid, or over tokens; one over channels is none of these."""
        over = sorted(axis % x.dim() for axis in axes or range(x.dim()))
        if (x.dim(), over) in ((4, [2, 3]), (4, [1, 2]), (3, [1])):
            (channels,) = {*range(1, x.dim())} - {*over}
            grid = [x.shape[axis] for axis in over]
            self._pooled("avg", (), x.shape[channels], (grid, [1] * len(grid)))

    def _adaptive(self, x: Any, to: Any) -> None:
        self._pooled("avg", (), x.shape[1], (x.shape[2:], to))

    def _pooled(self, kind: str, window: Any, channels: int, grids: Any) -> None:
        if layer := canonical.pool(kind, window, channels, grids):
            self._add(layer)

    def _claims(self, tensor: Any, kind: str) -> str:
        """The name of what a layer reads, which is a parameter of this kind from now on."""
        name = _held(tensor)
        assert name, "an operation with weights that are no parameter"
        self.read.setdefault(name, kind)
        return name

    @staticmethod
    def _beside(bias: str) -> str:
        return re.sub(r"bias$", "weight", bias)

    def _bias(self, weight: str, width: int = 0) -> int:
        """How many biases the module has that has these weights; of a part of them as many."""
        bias = self.parameters.get(re.sub(r"weight$", "bias", weight))
        if bias is None or not weight.endswith("weight"):
            return 0
        self._claims(bias, "biases")
        return width or bias.numel()

    def _add(self, layer: Layer) -> None:
        self.layers[layer] += 1


_RULES: dict[str, Callable[..., None]] = {
    "convolution": Noted._convolution,  # noqa: SLF001
    "embedding": Noted._lookup,  # noqa: SLF001
    "mean": Noted._mean,  # noqa: SLF001
    "_adaptive_avg_pool2d": Noted._adaptive,  # noqa: SLF001
    "max_pool2d_with_indices": lambda noted, *args: noted._pool("max", *args),  # noqa: SLF001
    "avg_pool2d": lambda noted, *args: noted._pool("avg", *args),  # noqa: SLF001
    **dict.fromkeys(("mm", "addmm", "bmm", "baddbmm"), Noted._product),  # noqa: SLF001
}


def _held(value: Any) -> str:
    """The name of the parameter that a tensor is, or is a view of."""
    return getattr(value, "held_as", "") if isinstance(value, torch.Tensor) else ""


def _kept(held: Any, view: Any) -> Any:
    view.held_as = _held(held)
    return view


def _grid(x: Any) -> list[int]:
    """The grid of an image or a sequence, before zeros were put around it."""
    return getattr(x, "unpadded", None) or [*x.shape[2:]]


def _along(numbers: Any, axes: int) -> list[int]:
    return [*numbers] * (axes // len(numbers)) if not isinstance(numbers, int) else [numbers] * axes


# -- a model


def build(fact: Mapping[str, Any]) -> torch.nn.Module:
    """The model that a fact names, without numbers, in evaluation."""
    library, _, name = fact.get("public", "transformers:").partition(":")
    options = fact.get("options", {})
    if library == "torchvision":
        import torchvision

        model = torchvision.models.get_model(name, weights=None, **options)
    elif library == "timm":
        import timm

        model = timm.create_model(name, pretrained=False, **options)
    else:
        model = _of_config(fact["build"])
    return model.eval()


def _of_config(text: str) -> Any:
    """A class of transformers by its config's: ``GPT2LMHeadModel(GPT2Config(n_layer=24))``."""
    import transformers

    head, _, rest = text.partition("(")
    named = {name: getattr(transformers, name) for name in re.findall(r"\b[A-Z]\w*(?=\()", rest)}
    config = eval(rest.removesuffix(")"), named)  # noqa: S307  a fact
    config.use_cache = False
    said = {"attn_implementation": "eager", "experts_implementation": "batched_mm"}
    return getattr(transformers, head)._from_config(config, **said)  # noqa: SLF001


_INPUTS = {  # what transformers calls an input, by what a table does
    "source": "input_ids",
    "target": "decoder_input_ids",
    "text": "decoder_input_ids",
    "audio": "input_features",
    "image": "pixel_values",
}


def given(size: str) -> torch.Tensor:
    """An input of a size in the notation, channels first; a number alone is of tokens."""
    *grid, channels = map(int, size.split("x"))
    if not grid:
        return torch.zeros(1, channels, dtype=torch.int64, device="meta")
    return torch.empty(1, channels, *grid, device="meta")


def counted(fact: Mapping[str, Any]) -> tuple[Layers, dict[str, int]]:
    """The layers of a public model, and its totals, as it runs."""
    with torch.device("meta"):
        return read(build(fact), fact["input"])


def read(model: torch.nn.Module, size: Any) -> tuple[Layers, dict[str, int]]:
    """The same of a module. Fails where a parameter of it is in none of the layers."""
    several = not isinstance(size, str)
    named = {_INPUTS[name]: given(one) for name, one in size.items()} if several else {}
    args = () if several else (given(size),)
    flops = FlopCounterMode(display=False)
    fastpath = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)  # one operation that is all of a layer
    try:
        with (
            torch.no_grad(),
            sdpa_kernel(SDPBackend.MATH),
            flops,
            Noted(model) as noted,
            # transformers then looks at no numbers, of which there are none
            mock.patch("torch.compiler.is_compiling", return_value=True),
        ):
            model(*args, **named)
    finally:
        torch.backends.mha.set_fastpath_enabled(fastpath)
    unread = [name for name in noted.parameters if name not in noted.read]
    assert not unread, f"parameters that are of no layer: {', '.join(unread)}"
    totals = dict.fromkeys(("weights", "biases", "norm_params"), 0)
    for name, kind in noted.read.items():
        totals["weights" if kind == "lookups" else kind] += noted.parameters[name].numel()
    assert sum(totals.values()) == sum(p.numel() for p in model.parameters())
    moving = (b for n, b in model.named_buffers() if re.search(r"running_(mean|var)$", n))
    stats = sum(buffer.numel() for buffer in moving)
    return noted.layers, {
        "multiplies": flops.get_total_flops() // 2,
        **totals,
        "norm_stats": stats,
    }
