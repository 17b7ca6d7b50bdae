"""What other counters print for a network, and whose a number is."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .. import notation as _notation
from ..counters.written import Counters, counters
from ..rewrites import selected
from ..sizes import as_size
from .given import as_network

if TYPE_CHECKING:
    from ..counters.printed import Printers


def other_counters(  # noqa: PLR0913  the options of the verb
    network: _notation.Given | Any,
    inputs: Any = None,
    *,
    tools: str | Sequence[str] = (),
    against: str | None = None,
    modules: Sequence[str] = (),
    batch: int = 1,
    functions: bool = False,
    in_place: bool = False,
) -> Counters:
    """What other counters print for a network, by their names, each explained by kind.

    `network` and `inputs` are what `analyze` takes. A PyTorch model is watched while its own code
    runs, on tensors without numbers; of anything else each layer is taken to be the module of
    `torch.nn` for it: with `functions` activations and pools are functions, with `in_place`
    activations are in place. `tools` are those that are wanted, ``["ptflops@0.6.9"]`` in an older
    version, ``["my.toml"]`` one of your own; `against` is the one that they are explained against.
    `modules` and `batch` are those of `analyze`. Raises `FlopcountError` for a counter or a version
    that is not known, and a file of rules that is wrong.

    >>> found = other_counters("googlenet")
    >>> fvcore = found["fvcore"]
    >>> fvcore.value, fvcore.tool.unit
    (1582722048, 'MAC')
    >>> sum(line.value for line in fvcore.kinds)
    1582722048
    >>> [(line.kind, line.formula, line.value) for line in fvcore.explain(found.own("MAC"))]
    [('adaptive average pool', 'in', 50176)]
    """
    network = as_network(network, inputs)
    size = int(as_size(batch, "batch"))
    if network.reader:
        network = _notation.with_batch(network, size) if size != 1 else network
        size = 1
    if modules:
        network = selected(network, [modules] if isinstance(modules, str) else modules)
    return counters(
        network,
        tools=tools,
        against=against,
        batch=size,
        functions=functions,
        in_place=in_place,
    )


def who_prints(
    network: _notation.Given | Any, printed: object, inputs: Any = None, *, place: str = "printed"
) -> "Printers":
    """Say which counter, unit, version, setting or mistake gives a number that somebody printed.

    `network` and `inputs` are what `analyze` takes. `printed` is the number as people have it:
    ``"4.14 G"``, ``"25.6M params"``, ``"3.8 GFLOPs"``, ``1814073344``. Its last digit says between
    which counts it is rounded. A word for parameters leaves out all else; another is a hint: what
    counts multiply-adds is called FLOPs as often as not. Each counter in each version, our own
    counts and what papers print are tried, and of each what it is at other input sizes, with or
    without auxiliary heads, classifier, biases, padding, doubled and halved. The result is a
    [table](api.md#tables), the best fit and the fewest changes first, the nearest where nothing
    `fits`. Messages name the `place`. Raises `FlopcountError` for what is no number.

    >>> who_prints("googlenet", "1,582,671,872").fits
    True
    """
    from ..counters.printed import who_prints as printers
    from ..papers import printed_of

    graph = as_network(network, inputs)
    return printers(graph, printed, place, printed_of(graph))
