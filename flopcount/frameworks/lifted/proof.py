"""The proof: what a lifted network counts is what the model counts, node for node."""

from collections.abc import Iterator

from ...core import Network, Row
from ...core.counts import COUNTS
from ...errors import FlopcountError
from ...sizes import product
from .lifting import Lifting

EXACT = (
    "multiplies",
    "multiplies_unpadded",
    "weights",
    "biases",
    "norm_params",
    "norm_stats",
)
ELEMENTWISE = tuple(name for name in COUNTS if name.startswith("elementwise."))


def proved(lifting: Lifting, made: Network) -> list[str]:
    """What a table does not have of the elementwise operations, a sentence for each reason.

    Raises `FlopcountError` with the first node whose counts, or number of outputs, differ.
    """
    rows = {row.node.path: row for row in lifting.network.rows}
    lacks: dict[str, dict[str, int]] = {}
    stood: set[str] = set()
    for group, own in _groups(lifting, made):
        paths = [path for row in group for path in lifting.stands_for[row.node.path]]
        theirs = [rows[path] for path in paths if path not in lifting.apart]
        at = own.node.path
        stood.update(paths)
        for name in EXACT:
            ours, expected = _sum(_unshared(group), name), _sum(_unshared(theirs), name)
            if ours != expected:
                raise FlopcountError(
                    f"{at}: as {own.node.op.word} it would have {ours:,} {name}, and the model "
                    f"has {expected:,}"
                )
        model = rows.get(own.node.path)
        if model and product(model.output) != product(own.output):
            raise FlopcountError(
                f"{at}: as {own.node.op.word} it would put out {own.output}, and the model puts "
                f"out {model.output}"
            )
        reason = lifting.reasons.get(own.node.path, f"{own.node.op.word} is worked out otherwise")
        _lack(lacks, reason, theirs, group)
        _lack_shared(lacks, theirs, group)
    for path, reason in lifting.apart.items():
        row = rows[path]
        if row.known("multiplies"):
            raise FlopcountError(f"{path}: nothing stands for it")
        _lack(lacks, reason, [row], [], (*EXACT, *ELEMENTWISE))
    if missing := [path for path in rows if path not in stood]:
        raise FlopcountError(f"{missing[0]}: nothing stands for it")
    return [_sentence(reason, sums) for reason, sums in lacks.items()]


def _lack(
    lacks: dict[str, dict[str, int]],
    reason: str,
    model: list[Row],
    table: list[Row],
    names: tuple[str, ...] = ELEMENTWISE,
) -> None:
    """Add up what a model has more than a table, by the reason and the count."""
    for name in names:
        if more := _sum(model, name) - _sum(table, name):
            lacking = lacks.setdefault(reason, {})
            lacking[name] = lacking.get(name, 0) + more


def _lack_shared(lacks: dict[str, dict[str, int]], model: list[Row], table: list[Row]) -> None:
    """Add up what of biases and norms layers share in a model: in a table each has its own.

    An output tied to an embedding shares its weights in both.
    """
    if any(row.shares for row in model):
        reason = "numbers that layers share, and in a table do not"
        _lack(lacks, reason, [*model, *_unshared(table)], [*_unshared(model), *table], EXACT)


def _groups(lifting: Lifting, made: Network) -> Iterator[tuple[list[Row], Row]]:
    """The nodes that stand for some rows together, and the one of them that puts the result out."""
    grouped: dict[str, list[Row]] = {}
    for row in made.rows:
        path = row.node.path
        grouped.setdefault(lifting.group.get(path, path), []).append(row)
    for path, group in grouped.items():
        yield group, next(row for row in group if row.node.path == path)


def _unshared(rows: list[Row]) -> list[Row]:
    """The same, each with parameters of its own."""
    return [row._replace(shares={}) if row.shares else row for row in rows]


def _sum(rows: list[Row], name: str) -> int:
    return sum(int(row.known(name)) for row in rows)


def _sentence(reason: str, sums: dict[str, int]) -> str:
    said = [
        f"{abs(more):,} {'more' if more > 0 else 'fewer'} {_plain(name)}"
        for name, more in sums.items()
        if more
    ]
    return f"{reason}: the model has {', '.join(said)}"


def _plain(name: str) -> str:
    """A count as a sentence has it."""
    if name == "elementwise.multiplies":  # not those of the layers, which are equal
        return "elementwise multiplies"
    return name.removeprefix("elementwise.").replace("_", " ")
