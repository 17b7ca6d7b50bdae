"""What a heading says of a count: of convolutions and dense layers, and of what else there is.

A mask is applied after the product: `multiplies` has all pairs of queries and keys, and
`multiplies_unpadded` those that count. A window that is cut out of a grid before the product
shrinks both.
"""

from collections.abc import Collection, Iterable

from ..core import COUNTS, Count, Row, family_of, is_convolution
from ..core.counts import PRODUCTS, RESTATED
from ..errors import listed
from ..writing.sheet import Convention

Families = Collection[str]  # matmul, attention, recurrence, lookup, parameter: what there is
NONE: Families = ()
ASK = "--conventions tells more"

_MATMUL = "matmul"  # a model's products of two tensors, attention's among them
_MULTIPLIED = {  # the products of each family, behind those of convolutions and dense layers
    _MATMUL: "of matrix products of two tensors, m·k·n, all pairs of attention included",
    "attention": "of attention, its projections and 2·channels for each pair of a query and a key, "
    "hidden by a mask or not",
    "recurrence": "of recurrent layers, what each gate has of the input and of the state",
}
_UNPADDED = (
    "the multiplies whose tap falls inside the image, and of attention those of the pairs that no "
    "mask hides; a compiler leaves out the taps on padding, and works out all pairs"
)
_WEIGHTS = "the numbers in kernels and in tables that are looked up, and the slopes of PReLU"
_PARAMETERS = (
    "the numbers in kernels, in tables that are looked up, and in parameters that layers read as "
    "they read each other, and the slopes of PReLU"
)
_BIASES = (
    "biases, one for each channel of a layer that has them, and one or two for each channel of "
    "each gate of a recurrent layer"
)


def families(rows: Iterable[Row]) -> Families:
    """What there is among some rows beside convolutions and dense layers, always in one order.

    >>> import flopcount as fc
    >>> families(fc.parse("128 > embed 1000 64 > lstm 32 > attention 4").rows)
    ('attention', 'recurrence', 'lookup')
    """
    rows = list(rows)
    found = {family_of(row.node.op) for row in rows}
    if any(row.node.call and _multiplies_tensors(row) for row in rows):
        found.add(_MATMUL)
    if any(row.node.call == "parameter" for row in rows):
        found.add("parameter")
    return tuple([name for name in (*_MULTIPLIED, "lookup", "parameter") if name in found])


def _multiplies_tensors(row: Row) -> bool:
    """Whether a layer of a model sums products of two tensors, neither of them its weights."""
    return not is_convolution(row.node.op) and any(
        nest.contracts and not any(read.is_parameter for read in nest.form.reads)
        for nest in row.work.nests
    )


def brief(there: Families = NONE) -> str:
    """What the multiplies are, in a few words.

    >>> brief()
    'multiplies of conv and dense, padding included'
    >>> brief(["attention"])
    'multiplies of conv, dense and attention, padding and masked pairs included'
    """
    kinds = listed(["conv", "dense", *(name for name in _MULTIPLIED if name in there)])
    masked = " and masked pairs" if "attention" in there else ""
    return f"multiplies of {kinds}, padding{masked} included"


def says(count: Count, there: Families = NONE) -> str:
    """The sentence of a count where there are layers of these families.

    >>> says(COUNTS["weights"])
    'the numbers in kernels, and the slopes of PReLU'
    >>> says(COUNTS["weights"], ["lookup"])
    'the numbers in kernels and in tables that are looked up, and the slopes of PReLU'
    """
    if count.name in RESTATED:
        return _restated(count, there)
    if count.name == "multiplies":
        return _multiplies(count, there)
    if count.name == "weights" and "parameter" in there:
        return _PARAMETERS
    others = {
        "multiplies_unpadded": ("attention", _UNPADDED),
        "weights": ("lookup", _WEIGHTS),
        "biases": ("recurrence", _BIASES),
    }
    family, sentence = others.get(count.name, ("", ""))
    return sentence if family in there else count.says


def _multiplies(count: Count, there: Families) -> str:
    """With the products of each family that is there."""
    more = [clause for name, clause in _MULTIPLIED.items() if name in there]
    if not more:
        return count.says
    *first, last = (*PRODUCTS, *more)
    return f"the multiplies {', '.join(first)}, and {last}; no other operations"


def _restated(count: Count, there: Families) -> str:
    said = {_MATMUL: "matrix products", "attention": "attention", "recurrence": "recurrence"}
    kinds = [kind for name, kind in said.items() if name in there]
    if not kinds:
        return count.says
    of = listed(["convolutions", "dense layers", *kinds])
    masked = " and masked pairs" if "attention" in there else ""
    return f"{RESTATED[count.name]}: those of {of}, taps on padding{masked} included"


def of_one_sample(there: Families = NONE) -> Convention:
    """What is counted of one sample, where there are layers of these families."""
    full = says(COUNTS["multiplies"], there)
    return Convention(f"counts: {full}; one sample", f"{brief(there)}; {ASK}")


CONVENTION = COUNTS["multiplies"].says  # where nothing but convolutions and dense layers multiply
OF_ONE_SAMPLE = of_one_sample()
