"""What PyTorch's own FlopCounterMode counts of each module, and where it is known to be wrong."""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

import torch
from torch.nn.modules.module import register_module_forward_pre_hook
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode, flop_registry

from ....errors import FlopcountError
from ....records import dataclass, field
from ....sizes import product
from ...models.inputs import Inputs
from ..model import TorchModel
from ..run.failures import said
from ..run.forward import empty, numbers_of, with_own_numbers
from ..run.places import Places, known_places
from ..run.stand_ins import StandIns, with_storage
from ..run.state import attention, left_as_found, set_attention

Multiplies = Callable[..., int]


def _all(tensor: Any) -> int:
    return int(product(tensor.shape))


def _attention(q: Any, _k: Any, v: Any, *_: Any) -> int:
    """Each query with each key, over what a query holds, and with each value."""
    *_, tokens, each = v.shape
    return int(_all(q) * tokens + _all(q) // q.shape[-1] * tokens * each)


def _own_attention(x: Any, *more: Any) -> int:
    """Attention of tokens to themselves with its four projections, as one operation."""
    batch, tokens, width = x.shape
    projections = sum(_all(w) for w in more if isinstance(w, torch.Tensor) and w.dim() == 2)
    return int(batch * tokens * (projections + 2 * tokens * width))


# What FlopCounterMode counts as 0: each with the multiplies that it has.
FAULTS: Mapping[str, tuple[str, Multiplies]] = {
    "_scaled_dot_product_flash_attention_for_cpu": ("fused attention on the CPU", _attention),
    "_scaled_dot_product_fused_attention_overrideable": ("fused attention", _attention),
    "_native_multi_head_attention": (
        "the fast path of attention",
        lambda q, _k, _v, _w, _h, qkv, _b, out, *_: _own_attention(q, qkv, out),
    ),
    "_transformer_encoder_layer_fwd": (
        "the fast path of an encoder's layer",
        _own_attention,
    ),
    "mkldnn_rnn_layer": (
        "a fused LSTM on the CPU",
        lambda x, w, u, *_: x.shape[0] * x.shape[1] * (_all(w) + _all(u)),
    ),
    "mv": ("mv", lambda matrix, _: _all(matrix)),
    "addmv": ("addmv", lambda _, matrix, *__: _all(matrix)),
    "dot": ("dot", lambda x, _: _all(x)),
    "vdot": ("vdot", lambda x, _: _all(x)),
    "addbmm": ("addbmm", lambda _, x, w, **__: _all(x) * int(w.shape[-1])),
    "_grouped_mm": ("_grouped_mm", lambda x, w, *_: _all(x) * int(w.shape[-1])),
    "_int_mm": ("_int_mm", lambda x, w: _all(x) * int(w.shape[-1])),
    "_trilinear": (
        "a bilinear product",  # W is k × c × d: over c first, then over d
        lambda x, w, *_: x.shape[0] * (_all(w) + w.shape[0] * w.shape[2]),
    ),
    "_euclidean_dist": ("distances", lambda x, other: _all(x) * int(other.shape[-2])),
    "deform_conv2d": (
        "deformable convolutions",
        lambda _, w, offset, *__: _all(w) * offset.shape[0] * int(product(offset.shape[2:])),
    ),
    "affine_grid_generator": (
        "affine_grid_generator",
        lambda theta, size, _: _all(theta) * int(product(size[2:])),
    ),
}


@dataclass
class Counts:
    """FlopCounterMode's flops of a module, and the multiplies that it misses, by what it misses.

    `elsewhere` are flops of modules inside this one, by their path, that another one runs, less
    those of modules that this one runs, and that stand in another. `runs`: whether it is called.
    """

    flops: int = 0
    missed: Counter[str] = field(default_factory=Counter)
    elsewhere: int = 0
    runs: bool = False


class _Beside(TorchDispatchMode):
    """Sees what FlopCounterMode sees, and where: what it has no formula for, and what is shared."""

    def __init__(self, places: Places) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.places = places
        self.counts: dict[str, Counts] = {}
        self.ran = {""}  # the paths of the modules that were called

    def enter(self, part: torch.nn.Module, _: Any) -> None:
        """Note that a module is called."""
        place = self.places.known.get(id(part))
        if place is not None:
            self.ran.add(place.path)

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        name = func._schema.name.partition("::")[2]
        packet = func._overloadpacket
        running = {place.path for _, place in self.places.running}
        inside = above(self.places.now.path)
        if packet in flop_registry:
            flops = int(flop_registry[packet](*args, **(kwargs or {}), out_val=out))
            for path in inside - running:
                self._of(path).elsewhere += flops
            for path in running - inside:
                self._of(path).elsewhere -= flops
        elif name in FAULTS:
            what, multiplies = FAULTS[name]
            for path in inside:
                self._of(path).missed[what] += int(multiplies(*args))
        return out

    def _of(self, path: str) -> Counts:
        return self.counts.setdefault(path, Counts())


def above(path: str) -> set[str]:
    """A module, and each that it stands in.

    >>> sorted(above("layer1.0.conv1"))
    ['', 'layer1', 'layer1.0', 'layer1.0.conv1']
    """
    steps = path.split(".") if path else []
    return {".".join(steps[:n]) for n in range(len(steps) + 1)}


def counted(model: TorchModel, note: str = "") -> dict[str, Counts]:
    """What FlopCounterMode counts of each module, by its path, the whole as ``""``.

    It counts the module's own run in evaluation, without gradients, as a user does who changes no
    setting of PyTorch's. The tensors hold no numbers, but of a module that has a `note`, whose run
    depends on them. Raises `FlopcountError` where it does not run so.
    """
    module = with_own_numbers(model.module, model.again, note) if note else model.module
    known = known_places(module)
    first = {path: known[id(m)].path for path, m in module.named_modules(remove_duplicate=False)}
    places = Places(known)
    beside = _Beside(places)
    counter = FlopCounterMode(display=False)
    try:
        _run(module, model.inputs, places, beside, counter, numbers=bool(note))
    except Exception as error:  # noqa: BLE001  it is a user's code
        raise FlopcountError(f"FlopCounterMode does not run on it: {said(error)}") from None
    counts = beside.counts
    root = type(module).__name__
    for name, by_operation in counter.get_flop_counts().items():
        own = "" if name == "Global" else name.removeprefix(f"{root}.")
        if name == root and own not in first:
            continue  # the whole, which is there as Global
        path = first.get(own, own)
        counts.setdefault(path, Counts()).flops += int(sum(by_operation.values()))
    for path in beside.ran:
        counts.setdefault(path, Counts()).runs = True
    return counts


def _run(  # noqa: PLR0913  what runs, on what, and who looks
    module: torch.nn.Module,
    inputs: Inputs,
    places: Places,
    beside: "_Beside",
    counter: FlopCounterMode,
    *,
    numbers: bool,
) -> None:
    settings = attention()
    with ExitStack() as stack:
        stack.enter_context(left_as_found(module))
        stack.enter_context(torch.no_grad())
        if not numbers:
            from torch._subclasses.fake_tensor import FakeTensorMode

            stack.enter_context(FakeTensorMode(allow_non_fake_inputs=True))
            with_storage(module, StandIns(twins=False))
        args, kwargs = inputs.mapped(numbers_of(inputs.values) if numbers else empty)
        stack.enter_context(places.followed())
        stack.callback(register_module_forward_pre_hook(beside.enter).remove)
        set_attention(settings)
        stack.enter_context(beside)
        stack.enter_context(counter)
        module(*args, **kwargs)
