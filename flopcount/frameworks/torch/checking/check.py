"""A model that was read, module by module beside PyTorch: parameters, multiplies, values."""

import platform
from collections import Counter
from collections.abc import Mapping, Sequence

import torch

from ....core import Row
from ....errors import FlopcountError, one_of
from ...models.checked import Progress
from ..model import TorchModel
from .flop_counter import Counts, above, counted
from .operations import look
from .report import Checked, Result, beside, explanation, half, name_of

NOT_CALLED = "PyTorch does its work without calling it"
DEVICES = ("auto", "cpu", "gpu")


def check(
    model: TorchModel,
    *,
    modules: Sequence[str] = (),
    device: str = "auto",
    progress: Progress = lambda items, _: items,
) -> Result:
    """Compare a model with what PyTorch says of it, each module, or those of some names alone.

    Parameters and the statistics of norms with the tensors that the module holds; multiplies with
    half of what FlopCounterMode counts, and with what that is known to miss; and each kind of
    operation, on small random tensors, with what its nests put out, run literally. Raises
    `FlopcountError` for a module or a device that is not there.
    """
    where, name = find_device(device)
    network = model.read()
    paths = _meant(model.module, modules)

    def within(path: str) -> bool:
        return any(_is_within(path, above.replace(".", "/"), "/") for above in paths)

    kinds, note = look(model, device=where, within=within, progress=progress)
    counts = counted(model, note)
    compared = _Comparison(model.module, network.rows, counts)
    found = tuple(
        (path, compared.of(path, module))
        for path, module in model.module.named_modules()
        if any(_is_within(path, above, ".") for above in paths)
    )
    lists = {path for path, part in model.module.named_modules() if not _has_forward(part)}
    shown = tuple(
        line
        for path, line in found
        if not line.skipped or line.differs or (line.numbers["multiplies"] and path not in lists)
    )
    return Result(network, name, versions(), shown, beside(shown), kinds)


def _has_forward(module: torch.nn.Module) -> bool:
    """Whether it can be called: a list of modules cannot."""
    return type(module).forward is not torch.nn.Module.forward


def _is_within(path: str, above: str, separator: str) -> bool:
    return not above or path == above or path.startswith(above + separator)


def _meant(module: torch.nn.Module, names: Sequence[str]) -> list[str]:
    """The paths that are named: ``layer1/0`` or ``layer1.0``; the whole where none is."""
    known = [path for path, _ in module.named_modules() if path]
    found = []
    for name in names:
        path = name.replace("/", ".")
        if path not in known:
            shown = [path.replace(".", "/") for path in known]
            raise FlopcountError(one_of(name, shown, "module"))
        found.append(path)
    return found or [""]


class _Comparison:
    """The rows of a network, by the modules that they are in."""

    def __init__(
        self,
        module: torch.nn.Module,
        rows: Sequence[Row],
        counts: Mapping[str, Counts],
    ) -> None:
        self.counts = counts
        self.keys = {id(t): key for key, t in (*module.named_parameters(), *module.named_buffers())}
        self.held: dict[str, int] = {}  # of each parameter: how many numbers our ops hold of it
        self.multiplies: Counter[str] = Counter()
        self.unknown: dict[str, Counter[str]] = {}
        self.said: dict[str, list[str]] = {}
        for row in rows:
            steps = [step.name for step in row.node.scope]
            path = ".".join(steps) if any(step.kind for step in row.node.scope) else ""
            sizes: Counter[str] = Counter()
            for capital, key in row.node.weights.items():  # a gate each, of one parameter
                sizes[key] += int(row.work.parameters[capital])
            self.held |= sizes
            for capital, size in row.work.parameters.items():
                if capital not in row.node.weights:
                    said = f"{row.node.path} holds {size:,} numbers ({capital}) that no parameter "
                    self.said.setdefault(path, []).append(f"{said}of the module's is")
            multiplies = row.count("multiplies")
            for outer in above(path):
                if multiplies is None:
                    self.unknown.setdefault(outer, Counter())[row.node.op.word] += 1
                self.multiplies[outer] += int(multiplies or 0)

    def of(self, path: str, module: torch.nn.Module) -> Checked:
        """A module beside PyTorch's."""
        counts = self.counts.get(path, Counts())
        multiplies = self.multiplies[path]
        differs = [*self.said.get(path, ()), *self._parameters(module)]
        theirs = counts.flops + counts.elsewhere + 2 * counts.missed.total()
        if counts.runs and 2 * multiplies != theirs:
            differs.insert(0, f"multiplies {multiplies:,}, FlopCounterMode {half(theirs):,}")
        numbers = {
            "params": sum(p.numel() for p in module.parameters()),
            "buffers": sum(b.numel() for b in module.buffers()),
            "multiplies": multiplies,
            "counter": half(counts.flops) if counts.runs else None,
            "flop_counter_mode": counts.flops if counts.runs else None,
            "missed_by_flop_counter_mode": dict(counts.missed),
            "elsewhere": counts.elsewhere,
        }
        return Checked(
            name_of(path),
            type(module).__name__,
            numbers,
            tuple(differs),
            explanation(counts) if counts.missed or not differs else "",
            dict(self.unknown.get(path, ())),
            "" if counts.runs else NOT_CALLED,
        )

    def _parameters(self, module: torch.nn.Module) -> list[str]:
        """Where our ops hold more or fewer numbers of its own parameters, or of its buffers."""
        said = []
        for name, parameter in module.named_parameters(recurse=False):
            ours = self.held.get(self.keys[id(parameter)], 0)
            if ours != parameter.numel():
                said.append(f"{name} {ours:,}, in PyTorch {parameter.numel():,}")
        for name, buffer in module.named_buffers(recurse=False):
            ours = self.held.get(self.keys[id(buffer)], buffer.numel())
            if ours != buffer.numel():
                said.append(f"{name} {ours:,}, in PyTorch {buffer.numel():,}")
        return said


def find_device(wanted: str) -> tuple[str, str]:
    """A device of PyTorch's, and what it is. Raises `FlopcountError` where it is not there."""
    if wanted not in DEVICES:
        raise FlopcountError(one_of(wanted, DEVICES, "device"))
    there = torch.cuda.is_available()
    if wanted == "gpu" and not there:
        raise FlopcountError("--device gpu: PyTorch sees no GPU here (--device cpu, or auto)")
    if there and wanted != "cpu":
        return "cuda", f"gpu ({torch.cuda.get_device_name(0)})"
    return "cpu", "cpu"


def versions() -> dict[str, str]:
    """The versions that a result depends on."""
    from ....version import __version__

    return {
        "flopcount": __version__,
        "torch": torch.__version__,
        "python": platform.python_version(),
    }
