"""A model's network in the notation's own layers, proved by its counts."""

from collections.abc import Mapping

from ...core import PARAMETERS, Network, Row, extent_of, is_channels_last, window_of
from ...errors import FlopcountError
from ...records import dataclass
from ...sizes import Shape
from .attended import Attended
from .lifting import Lifting, ints
from .positions import tied
from .proof import proved
from .table import rule_of
from .values import Value, first, last


@dataclass(frozen=True)
class Lifted:
    """A network of the notation's own layers, for one sample, channels last.

    Its nodes have the paths and scopes of the model's main ones. `stands_for` has for each node
    the paths of the model's nodes that it stands for, each of which is there once. `beside` are
    sentences: what a table does not count as the model, summed by the reason; `notes` say what it
    has otherwise at the same cost.
    """

    network: Network
    stands_for: Mapping[str, tuple[str, ...]]
    beside: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def lifted(network: Network) -> Lifted:
    """Say a model that was read in the notation's own layers, and prove that the counts are equal.

    A grid that a view makes a sequence of becomes tokens, unless the model goes back to the grid.
    Raises `FlopcountError`, with the path of the layer, for what the notation cannot say, for a
    batch other than 1, and where a count would differ.
    """
    if not network.reader:
        raise FlopcountError("it was not read from a model")
    if not network.nodes:
        raise FlopcountError("it has no layers")
    try:
        return _lifted(Lifting(network, in_rows=True))
    except FlopcountError:
        return _lifted(Lifting(network))


def _lifted(lifting: Lifting) -> Lifted:
    network = lifting.network
    channels_last = _channels_last(network)
    for name, shape in network.inputs.items():
        at = f"the input {name}"
        lifting.values[name] = _input(name, shape, at, channels_last=channels_last)
    try:
        attended = Attended(lifting)
        with_weights = {path for paths in lifting.worked_out.values() for path in paths}
        for row in network.rows:
            lifting.row = row
            if row.node.path in with_weights:  # said with the layer whose weights they are
                continue
            if not attended.lift(row):
                _lift(lifting, row)
        lifting.finish()
        made = _network(lifting)
    except FlopcountError as error:
        node = lifting.row.node
        at = f"{node.path} ({node.op.word})"
        raise FlopcountError(f"{at}: {error}") from None
    beside = tuple(proved(lifting, made))
    stands_for = {at: tuple(paths) for at, paths in lifting.stands_for.items()}
    return Lifted(made, stands_for, beside, tuple(lifting.notes))


def _channels_last(network: Network) -> bool:
    """Whether what comes in has its channels last: as the windows have it, else its reader."""
    windows = [node.op for node in network.nodes if window_of(node.op) or extent_of(node.op)]
    if windows:
        return any(map(is_channels_last, windows))
    tokens = all(len(shape) < 4 for shape in network.inputs.values())
    return tokens or not {*network.reader} & {"torch", "onnx"}


def _lift(lifting: Lifting, row: Row) -> None:
    if not row.held.known:
        raise FlopcountError("nobody knows what it computes")
    made = rule_of(row.node.op)
    if made is None:
        raise FlopcountError("no rule says it in the words of a table")
    for capital, other in row.shares.items():
        if PARAMETERS[capital[0]] == "weights" and not tied(lifting, row):
            raise FlopcountError(f"it shares its weights with {other}: 'shared' is of whole blocks")
    made(lifting, row)


def _input(name: str, shape: Shape, at: str, *, channels_last: bool) -> Value:
    sizes = ints(shape)
    if not sizes or sizes[0] != 1:
        read = "×".join(map(str, sizes)) or "a single number"
        raise FlopcountError(
            f"{at} is {read}: a table is of one sample; read the model at a batch of 1"
        )
    if channels_last or len(sizes) == 2:  # 2: numbers in a row
        return last(Value(name, sizes[1:], ()))
    return first(Value(name, (*sizes[2:], sizes[1]), ()))


def _network(lifting: Lifting) -> Network:
    model = lifting.network
    inputs = {name: lifting.values[name].shape for name in model.inputs}
    outputs = {name: lifting.ordered(at).port for name, at in model.outputs.items()}
    output = lifting.ordered(model.output).port
    return Network(
        model.name,
        tuple(lifting.nodes.values()),
        inputs,
        output,
        title=model.title,
        source=model.source,
        outputs=outputs,
    )
