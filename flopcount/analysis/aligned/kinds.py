"""Of what kind of layer each number of a row is: its kernel, its bias, its norm and so on."""

from collections.abc import Iterator

from ...core import PARAMETERS, Nest, Row, family_of, is_convolution, riding

CONVOLUTION, DENSE, PAIRS = "convolution", "dense", "attention products"
RECURRENCE, EMBEDDING, BIAS = "recurrence", "embedding", "bias"
BATCH_NORM, NORM, ACTIVATION = "batch norm", "other norms", "activation"
POOLING, JOINS, SOFTMAX, PADDING = "pooling", "joins", "softmax", "padding"
MOVING, OTHER, UNKNOWN = "data movement", "other", "unknown"
# In the order in which they are shown. What only moves or copies numbers is `MOVING`.
KINDS: tuple[str, ...] = (
    CONVOLUTION,
    DENSE,
    PAIRS,
    RECURRENCE,
    EMBEDDING,
    BIAS,
    BATCH_NORM,
    NORM,
    ACTIVATION,
)
KINDS += (POOLING, JOINS, SOFTMAX, PADDING, MOVING, OTHER, UNKNOWN)

_ACTIVATIONS = (
    "relu relu6 leaky elu sigmoid tanh silu gelu hardsigmoid hardswish selu mish softplus prelu "
    "celu hardtanh threshold rrelu glu reglu geglu swiglu hardshrink softshrink softsign swish "
    "quickgelu"
)
_WORDS = {
    **dict.fromkeys(_ACTIVATIONS.split(), ACTIVATION),
    "log sigmoid": ACTIVATION,
    **dict.fromkeys(("maxpool", "avgpool", "lppool", "minpool", "mean"), POOLING),
    **dict.fromkeys(("add", "concat", "stack"), JOINS),
    **dict.fromkeys(("softmax", "log softmax"), SOFTMAX),
    **dict.fromkeys(("embed", "position", "lookup", "parameter", "tokens"), EMBEDDING),
    **dict.fromkeys(("norm", "lrn", "weight norm"), NORM),
    "pad": PADDING,
}
_RIDING = {"bias": BIAS, "batch norm": BATCH_NORM, "norm": NORM, "activation": ACTIVATION}
_STATS = "MV"  # what batch norm has measured
_OF_SOFTMAX = "mezlp"  # the results of its steps within attention


def kind_of(row: Row) -> str:
    """The kind of a layer: of its products, or of what it does where it has none."""
    op, work = row.node.op, row.work
    if not row.held.known:
        return UNKNOWN
    if family_of(op) == "recurrence":
        return RECURRENCE
    kinds = [_product(nest) for nest in work.nests if nest.contracts]
    if kinds and is_convolution(op):
        return CONVOLUTION
    if kinds:
        return PAIRS if PAIRS in kinds else kinds[0]
    measured = any(name[0] in _STATS for name in work.parameters)
    named = _WORDS.get(op.word, OTHER if work.nests else MOVING)
    return BATCH_NORM if measured else named


def _product(nest: Nest) -> str:
    if not any(read.is_parameter for read in nest.form.reads):
        return PAIRS
    return CONVOLUTION if any(pair != nest.form.mask for pair in nest.form.meets) else DENSE


def kinds_of(row: Row) -> Iterator[tuple[str, str, int]]:
    """The counts of a row by kind: kind, name of the count, number; for each count all of it."""
    kind = kind_of(row)
    yield kind, "activations", int(row.known("activations"))
    if not row.held.known:
        return
    nests = row.work.nests
    parts = riding(row.node.op)
    of = [*[kind] * (len(nests) - len(parts)), *(_RIDING[part] for part in parts)]
    held: set[str] = set()  # what is worked out once, before any sample comes
    met: set[str] = set()
    for nest, rides in zip(nests, of, strict=True):
        form = nest.form
        own = _of_nest(nest, kind) if rides == kind else rides
        for read in form.reads:
            if read.is_parameter and read.name not in met:
                met.add(read.name)
                if read.name not in row.shares:
                    yield (
                        _holder(read.name, own),
                        PARAMETERS[read.name[0]],
                        int(nest.elements(read)),
                    )
        if nest.contracts:
            times = form.operations["multiplies"]
            yield own, "multiplies", int(nest.lines()) * times
            yield own, "multiplies_unpadded", int(nest.lines(inside=True)) * times
        if all(read.is_known or read.name in held for read in form.reads):
            held.add(form.result.name)
            continue
        held.discard(form.result.name)
        for name, count in nest.operations().items():
            yield own, f"elementwise.{name}", int(count)


def _of_nest(nest: Nest, kind: str) -> str:
    """The kind of a nest among those of a layer that does several things."""
    form = nest.form
    if kind == RECURRENCE:
        return BIAS if _only_biased(nest) else kind
    if nest.contracts:
        return CONVOLUTION if kind == CONVOLUTION else _product(nest)
    if _only_biased(nest) and kind in (CONVOLUTION, DENSE, PAIRS):
        return BIAS
    if kind == PAIRS:
        return SOFTMAX if form.result.name in _OF_SOFTMAX else OTHER
    return kind


def _only_biased(nest: Nest) -> bool:
    """Whether all it does is to add a bias."""
    held = {read.name[0] for read in nest.form.reads if read.is_parameter}
    return held == {"B"} and set(nest.form.operations) <= {"adds"}


def _holder(name: str, kind: str) -> str:
    """The kind that a parameter is counted with: a bias and a table with their own, wherever.

    A factor for each channel, as of a layer scale, is a parameter by itself in a PyTorch model, and
    counted where those are.
    """
    if PARAMETERS[name[0]] == "biases":
        return BIAS
    return EMBEDDING if name[0] in "EA" and kind in (OTHER, SOFTMAX, PAIRS) else kind
