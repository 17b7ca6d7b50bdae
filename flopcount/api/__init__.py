"""The Python interface: what `import flopcount as fc` gives.

What few need is loaded on first use, so that `import flopcount` stays quick.
"""

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .. import analysis as _analysis
from .. import notation as _notation
from ..errors import FlopcountError
from ..lazy import names_later
from ..records import fields, replace
from .comparing import compare
from .given import as_network
from .objects import Network, Report, of_graph

if TYPE_CHECKING:
    from ..analysis.aligned import align
    from ..analysis.breakeven import reductions
    from ..analysis.crossovers import crossovers
    from ..analysis.formulas import Formula, formula
    from ..counters.written import Counters
    from ..designs import fit, sweep, sweep_to
    from ..frameworks.checking import Result as ModelResult
    from ..frameworks.keras.check import Result
    from ..frameworks.models.inputs import inputs
    from ..notation import families, names
    from ..notation.written import WrittenTable
    from ..papers import claims_table
    from ..pictures.plot import plot
    from .counters import other_counters, who_prints
    from .readers import read_jax, read_keras, read_onnx, read_torch

__all__ = [
    "Counters",
    "FlopcountError",
    "Formula",
    "Network",
    "Report",
    "align",
    "analyze",
    "check",
    "claims_table",
    "compare",
    "crossovers",
    "families",
    "fit",
    "formula",
    "inputs",
    "load",
    "names",
    "other_counters",
    "parse",
    "plot",
    "read_jax",
    "read_keras",
    "read_onnx",
    "read_torch",
    "reductions",
    "sweep",
    "sweep_to",
    "who_prints",
    "write",
]

_ROOMS = {  # the modules, and what of each is asked for by few
    ".analysis.aligned": "align",
    ".analysis.breakeven": "reductions",
    ".analysis.crossovers": "crossovers",
    ".analysis.formulas": "Formula formula",
    ".counters.written": "Counters",
    ".designs": "fit sweep sweep_to",
    ".frameworks.models.inputs": "inputs",
    ".notation": "families names",
    ".papers": "claims_table",
    ".pictures.plot": "plot",
    "counters": "other_counters who_prints",
    "readers": "read_jax read_keras read_onnx read_torch",
}

if not TYPE_CHECKING:  # else a name that is not there would be of any type
    __getattr__ = names_later(__name__, _ROOMS)


def load(  # noqa: PLR0913  the options of a network
    reference: str | os.PathLike[str],
    *,
    input: str | Mapping[str, str] | None = None,  # noqa: A002  the option's name on the command line
    classes: int | str | None = None,
    set: Mapping[str, int | str] | None = None,  # noqa: A002  likewise
    aux: bool = False,
    past: int | str | None = None,
    reduce: str | Sequence[str] = (),
    trust: bool = False,
) -> Network:
    """Load a network: a shipped name, a path, a spec, or a model; ``@`` variants and rewrites.

    A path is of a table, ``my.toml``, or of a model's file: ``model.onnx``, ``model.keras``,
    ``model.h5``, ``model.pt2``. Models by name are those of a library, ``torchvision:resnet50``,
    ``timm:…``, ``hf:…``, ``keras:ResNet50``, or of code that Python can import, which runs:
    ``torch:package.module:name``, ``jax:package.module:name``.

    `input` is ``"299x299"`` or ``"299x299x3"``, of one of several inputs ``{"left": "64x64"}``, of
    a model its own shape with the batch, ``"1x3x299x299"``;
    `set` changes columns of rows (``{"3a.r5": 24}``) or widths of layers (``{"3a/5x5/1": 24}``);
    `aux` counts the auxiliary heads; `past` is of one new token (or `input`'s) after so many, whose
    keys and values lie in a cache; `reduce` has patterns of layers' paths (``["layer*/conv1"]``)
    whose 1×1 convolutions are what a naive reading leaves out; `trust` lets code run that a model's
    file holds, which is refused without it. Raises `FlopcountError` for anything that does not fit.

    >>> load("googlenet", input="299x299")
    <Network googlenet: 299×299×3 → 1×1×1000, 85 layers>
    """
    options: dict[str, Any] = {"input": input, "classes": classes, "set": set, "aux": aux}
    return of_graph(_notation.load(reference, **options, past=past, reduce=reduce, trust=trust))


def parse(text: str) -> Network:
    """Read a spec such as ``"28x28x192 > conv 1x1 16 reduce > conv 5x5 32"`` as a network.

    Raises `FlopcountError` with the column of what does not fit.

    >>> parse("28x28x192 > conv 5x5 32")
    <Network 28x28x192 > conv 5x5 32: 28×28×192 → 28×28×32, 1 layer>
    """
    return of_graph(_notation.parse(text))


def analyze(  # noqa: PLR0913  the options of a report
    network: _notation.Given | Any,
    inputs: Any = None,
    *,
    modules: Sequence[str] = (),
    branch: str | None = None,
    layers: Sequence[str] = (),
    batch: int = 1,
    naive: str | None = None,
    unit: str = "multiplies",
    digits: int | None = None,
    by: str | None = None,
    depth: int | None = None,
    columns: Sequence[str] = (),
) -> Report:
    """Price a network: the report of all of it, or of the named `modules`, or one `branch` of them.

    `network` is a `Network`, or what `load` takes: a name, a path, or a spec; or a model: a module
    of PyTorch's, a function of JAX', a module of Flax or Equinox, with the `inputs` that it is
    called with: tensors, what ``fc.inputs(1, 3, 224, 224)`` gives, a shape, several in a tuple, a
    dict of keyword arguments. A Keras model and an `onnx.ModelProto` have their own, and take
    others. A module may be named with one of its branches, ``3a/5x5``, which is reported alone
    then; of a model, ``layer1/0``, at any depth.
    `layers` are patterns of layers' paths, ``["layer3/*"]``. `depth` is how many names deep modules
    are told apart: ``layer1`` at 1, ``layer1/0`` at 2.
    `naive` names the reading that it is compared with (reduce, which is the default, figure,
    chained); where no layer is bypassed, print has nothing of it. `by` is the grain: modules; where
    there is one module alone, its branches, or its layers if it has none; `columns` the counts that
    are shown in place of the usual ones (``["macs", "elementwise.compares"]``).

    `unit` is what the columns show: multiplies, macs or flops; scaled with K, M, G, T or P before
    it (``"GFLOPs"``; ``"G"`` is of multiplies), it is printed in so many significant `digits`, 3
    by default, and ``"GMACs,Mparams"`` scales the parameters too. CSV, JSON and all that Python
    reads stay exact. Raises `FlopcountError` for what does not exist or does not fit.

    >>> analyze("googlenet")
    <Report of googlenet by module: 1,582,671,872 multiplies, 6,998,552 parameters>
    """
    network = as_network(network, inputs)
    report = _analysis.analyze(
        network,
        modules=modules,
        branch=branch,
        layers=layers,
        batch=batch,
        naive=naive,
        unit=unit,
        digits=digits,
        by=by,
        depth=depth,
        columns=columns,
    )
    return Report(*(getattr(report, field.name) for field in fields(report)))


def check(
    network: _notation.Given | Any,
    inputs: Any = None,
    *,
    modules: Sequence[str] = (),
    backend: str | None = None,
    device: str = "auto",
) -> "Result | ModelResult":
    """Compare every number of every layer, or module, with the framework's.

    `network` is a `Network`, or what `analyze` takes. What was not read from a model is built in
    Keras and run on random input. `backend` is ``jax``, ``tensorflow`` or ``torch`` (default:
    ``KERAS_BACKEND``, else JAX), `device` ``cpu``, ``gpu``, or ``auto``: a GPU if there is one. The
    result shows as the table that the command prints, which is its `sheet()`; it has `layers`,
    those `differing`, and whether all is `equal`. Needs ``flopcount[keras]``.

    A model, an object with its `inputs` or a network that was read, is compared with its own
    software, and has no backend: of PyTorch's, parameters, what `FlopCounterMode` counts of each
    module, and each kind of operation on small random tensors; of Keras' and JAX', what XLA counts
    of each layer; of ONNX', the shapes that the onnx package infers. The result has `modules` in
    the place of `layers`, and `kinds`. `modules` chooses some of them by their paths.

    Raises `FlopcountError` where the framework or the device is missing, or Keras cannot build or
    run a layer.
    """
    graph = as_network(network, inputs)
    if graph.reader:
        model = _notation.checked_model(_notation.draft_of(graph), graph.name, backend)
        from ..frameworks.checking import check_model

        return check_model(model, modules=modules, device=device)
    from ..frameworks.keras.check import check as compared

    if modules:
        from ..rewrites import selected

        graph = selected(graph, modules)
    return compared(graph, backend=backend, device=device)


def write(network: _notation.Given | Any, inputs: Any = None) -> "WrittenTable":
    """Write a network as a table: a model, a spec, or a table with what was changed in it.

    `network` and `inputs` are what `analyze` takes. Blocks that come again are written once, what
    differs among them in columns. The result's `text` is the table, which `print` shows and `save`
    writes; its `network` is what it is when it is read again, which costs the same, layer by layer;
    `stands_for` has the layers that each layer was written from. Raises `FlopcountError` that names
    the first layer which the notation cannot say, or not in its place.

    >>> table = write("9x9x8 > 2 * (identity + conv 1x1 in/4 > conv 3x3 in) > maxpool 3x3/2")
    >>> print(table.text.partition("[rows]")[0])
    # Written from 9x9x8 > 2 * (identity + conv 1x1 in/4 > conv 3x3 in) > maxpool 3x3/2: all \
counts of every layer are equal.
    title = "9x9x8 > 2 * (identity + conv 1x1 in/4 > conv 3x3 in) > maxpool 3x3/2"
    input = "9x9x8"
    <BLANKLINE>
    [block.block]
    as = "(identity + main: conv 1x1 2 > conv 3x3 8)"
    <BLANKLINE>
    <BLANKLINE>
    >>> table.stands_for["spec.2/main/1"]
    ('spec/2/2/1',)
    """
    from ..notation.written import written

    table = written(as_network(network, inputs))
    return replace(table, network=of_graph(table.network))
