"""A model that was read, module by module beside PyTorch: parameters, multiplies, values."""

import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import torch

from ....core import Network, Row
from ....errors import FlopcountError, one_of, plural, visible
from ....records import dataclass
from ....writing.sheet import Sheet
from ...models.checked import Kind
from ..model import TorchModel
from .flop_counter import Counts, above, counted
from .operations import Progress, look

DEVICES = ("auto", "cpu", "gpu")


@dataclass(frozen=True)
class Checked:
    """A module beside PyTorch: our numbers, its own, and what of them differs.

    `multiplies` are ours; `flops` are FlopCounterMode's, None where the module is not called;
    `missed` are multiplies that it is known to count as 0, by what they are of; `elsewhere` are
    flops of modules that are listed here and that others run, or the other way round, below 0.
    `unknown` are operations that nobody priced.
    """

    path: str
    kind: str
    params: int
    buffers: int
    multiplies: int
    flops: int | None
    missed: Mapping[str, int]
    elsewhere: int
    unknown: Mapping[str, int]
    differs: tuple[str, ...]

    @property
    def name(self) -> str:
        """The path as a report has it: ``layer1/0/conv1``; of the whole ``(all)``."""
        return self.path.replace(".", "/") or "(all)"

    @property
    def explained(self) -> bool:
        """Whether it is another number than FlopCounterMode's for a reason that is known."""
        return not self.differs and bool(self.missed or self.elsewhere)


@dataclass(frozen=True)
class Result:
    """What a check found, module by module, and of each kind of operation; and on what it ran."""

    network: Network
    device: str
    versions: Mapping[str, str]
    modules: tuple[Checked, ...]
    kinds: tuple[Kind, ...]

    @property
    def differing(self) -> tuple[Checked, ...]:
        """The modules of which anything differs."""
        return tuple(module for module in self.modules if module.differs)

    @property
    def kinds_differing(self) -> tuple[Kind, ...]:
        """The kinds of operations whose nests put out other numbers than PyTorch."""
        return tuple(kind for kind in self.kinds if kind.differs)

    @property
    def equal(self) -> bool:
        """Whether nothing differs, but for what is explained."""
        return not self.differing and not self.kinds_differing

    def sheet(self, *, quiet: bool = False) -> Sheet:
        """The table that `flopcount check` prints; `quiet`: of what differs alone."""
        from .report import check_sheet

        return check_sheet(self, quiet=quiet)

    def to_json(self, timed: Sequence[Any] = (), *, quiet: bool = False) -> str:
        """The document of ``--format json``."""
        from .report import check_json

        return check_json(self, timed, quiet=quiet)

    def __str__(self) -> str:
        """What the terminal shows."""
        return str(self.sheet())

    def __repr__(self) -> str:
        """What was checked, and how much of it differs."""
        what, modules = visible(self.network.name), plural(len(self.modules), "module")
        number = len(self.differing) + len(self.kinds_differing)
        return f"<Check of {what}: {modules}, {number or 'none'} differing>"

    def _repr_markdown_(self) -> str:
        return self.sheet()._repr_markdown_()

    def _repr_html_(self) -> str:
        return self.sheet()._repr_html_()


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
        compared.of(path, module)
        for path, module in model.module.named_modules()
        if any(_is_within(path, above, ".") for above in paths)
    )
    lists = {path for path, part in model.module.named_modules() if not _has_forward(part)}
    shown = tuple(
        line
        for line in found
        if line.flops is not None or line.differs or (line.multiplies and line.path not in lists)
    )
    return Result(network, name, versions(), shown, kinds)


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
        return Checked(
            path,
            type(module).__name__,
            sum(p.numel() for p in module.parameters()),
            sum(b.numel() for b in module.buffers()),
            multiplies,
            counts.flops if counts.runs else None,
            dict(counts.missed),
            counts.elsewhere,
            dict(self.unknown.get(path, ())),
            tuple(differs),
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


def half(flops: int) -> int | float:
    """The multiplies that so many flops are, two each."""
    return flops // 2 if flops % 2 == 0 else flops / 2


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
