"""Any tree of the notation, drawn at random: what the tests of the round trip read and write."""

from functools import partial

from hypothesis import strategies as st

from flopcount.core import SINGLE
from flopcount.core.ops.words import OPS
from flopcount.notation.numbers import MAX_FACTORS
from flopcount.notation.tokens import MAX_NAME, NAME
from flopcount.notation.trees import (
    JOINS,
    Arm,
    Bracket,
    Column,
    Experts,
    From,
    Layer,
    Multiple,
    PerAxis,
    Ref,
    Repeat,
    Shared,
    Spec,
    Term,
)
from flopcount.notation.vocabulary import GROUPS, RESERVED, takes
from flopcount.reading import MAX_LAYERS, MAX_SIZE, axes_text, shortest

SIZES = st.one_of(st.integers(1, 300), st.sampled_from([MAX_SIZE, 2**31 - 1]))
PER_AXIS = st.lists(SIZES, min_size=1, max_size=3).map(tuple)
AS_WRITTEN = PER_AXIS.map(shortest)
NAMES = st.from_regex(NAME, fullmatch=True).filter(lambda name: len(name) <= MAX_NAME)
FREE_NAMES = NAMES.filter(lambda name: name not in RESERVED)
WIDTH_NAMES = FREE_NAMES.filter(lambda name: not name[0].isdigit())
COLUMNS = st.one_of(st.sampled_from("kcsn"), FREE_NAMES).map(Column)
LAST = st.one_of(st.just("in"), WIDTH_NAMES, COLUMNS)
MULTIPLES = st.builds(
    lambda factors, last, over: Multiple((*factors, last), over),
    st.lists(st.one_of(SIZES, WIDTH_NAMES, COLUMNS), max_size=MAX_FACTORS - 1),
    LAST,
    st.one_of(SIZES, COLUMNS),
).filter(lambda width: len(width.factors) > 1 or width.over != 1)
WIDTHS = st.one_of(SIZES, LAST, MULTIPLES)
OWN_WIDTHS = WIDTHS.filter(lambda width: "in" not in getattr(width, "factors", (width,)))

STRIDES = st.tuples(st.one_of(SIZES, COLUMNS), COLUMNS) | st.tuples(COLUMNS)
COUNTS = st.one_of(
    st.integers(1, MAX_LAYERS), st.builds(Column, FREE_NAMES, st.integers(0, MAX_LAYERS))
)


NORMED = ["shift", "layer", "group:32", "group:8:stats", "instance:scale", "rms"]


def _columns(word: str) -> st.SearchStrategy[str]:
    """A value with a column in it."""
    return COLUMNS.map(lambda column: f"group:{column}" if word == "norm=" else str(column))


def _joined(sign: str, sizes: tuple[int, ...]) -> str:
    return sign.join(map(str, sizes))


def _is_taken(op: str, key: str, value: str) -> bool:
    return takes(op, key + value)


def words_of(group: str, op: str) -> st.SearchStrategy[str]:
    """A word of a group, with a value where it takes one, as the notation writes it."""
    values: dict[str, st.SearchStrategy[str]] = {
        "pad=": st.tuples(st.integers(0, 9), st.integers(0, 9)).map(axes_text),
        "to=": PER_AXIS.map(partial(_joined, "x")),
        "norm=": st.sampled_from(NORMED),
        **dict.fromkeys(("dilation=", "outpad=", "before=", "after="), PER_AXIS.map(axes_text)),
        **dict.fromkeys(("window=", "shift="), PER_AXIS.map(partial(_joined, "x"))),
        "bias=": st.sampled_from(["1", "2", "q", "qkv"]).filter(partial(_is_taken, op, "bias=")),
        "layers=": st.integers(1, MAX_LAYERS).map(str),
        "tied=": NAMES,
    }
    takes = OPS[op].takes
    words = [
        word for word in GROUPS[group] if word in takes or (group in takes and word != "bias=")
    ]
    return st.one_of(
        st.one_of(
            values.get(word, SIZES.map(str)), *([] if word == "tied=" else [_columns(word)])
        ).map(word.__add__)
        if word.endswith("=")
        else st.just(word)
        for word in words
    )


@st.composite
def layers(draw: st.DrawFn) -> Layer:
    op = draw(st.sampled_from(sorted(OPS)))
    kind = OPS[op]
    taken = [group for group, words in GROUPS.items() if {group, *words} & {*kind.takes}]
    groups = [group for group in taken if draw(st.booleans())]
    kernel: PerAxis | None = None
    if "extent" in groups:  # what stands in a kernel's or a margin's place is one thing
        groups = [group for group in groups if group not in ("before", "after")]
    kept = {
        part for part in ("kernel", "width") if part not in kind.optional or draw(st.booleans())
    }
    if kind.kernel and "kernel" in kept and not {"extent", "before", "after"} & {*groups}:
        sides = st.one_of(st.integers(1, MAX_SIZE), COLUMNS)
        most = 1 if kind.kernel in SINGLE else 3
        kernel = draw(st.lists(sides, min_size=1, max_size=most).map(tuple))
    if kind.optional and kernel is None:  # a number alone is the first of them
        kept.discard("width")
    if "tied" in groups or not kind.width:
        kept.discard("width")
    if "dot" in groups:
        groups = [group for group in groups if group not in ("headdim", "bias")]
    if "width" not in kept and "width" in kind.optional:
        groups = [group for group in groups if group != "bias"]
    if op == "select":
        groups = ["which"]
    words = [draw(words_of(group, op)) for group in groups]
    if op == "norm":
        words = [word for word in words if word not in ("norm", "nonorm")]
    strides = kind.kernel == "kernel" and kernel and draw(st.booleans())
    stride = draw(st.one_of(AS_WRITTEN, STRIDES)) if strides else (1,)
    widths = OWN_WIDTHS if kind.kernel == "vocabulary" else WIDTHS
    width = draw(widths) if "width" in kept else None
    reads = draw(st.just("") | NAMES) if "from" in kind.takes else ""
    return Layer(op, kernel, stride, width, tuple(words), reads)


def specs(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Spec]:
    return st.lists(inner, min_size=1, max_size=3).map(tuple)


def chains(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Spec]:
    """A chain where ``from`` may start: a whole spec, or an arm."""
    begun = st.tuples(NAMES.map(From), specs(inner)).map(lambda found: (found[0], *found[1]))
    return st.one_of(specs(inner), begun, NAMES.map(lambda row: (From(row),)))


def nested(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    arms = st.builds(Arm, st.one_of(st.none(), NAMES), chains(inner))
    unnamed = st.builds(Shared, st.just(""), specs(inner))
    return st.one_of(
        st.builds(Repeat, COUNTS, specs(inner)),
        st.builds(
            Bracket,
            st.sampled_from(sorted(JOINS)),
            st.lists(arms, min_size=2, max_size=3).map(tuple),
            st.booleans(),
        ),
        st.builds(Shared, FREE_NAMES, specs(inner)),
        st.builds(Experts, SIZES | COLUMNS, SIZES | COLUMNS, chains(inner)),
        st.builds(Repeat, st.integers(1, MAX_LAYERS), unnamed.map(lambda term: (term,))),
    )


LEAVES = st.one_of(layers(), FREE_NAMES.map(Ref), FREE_NAMES.map(Shared), st.just(Ref("branches")))
SPECS = chains(st.recursive(LEAVES, nested, max_leaves=12))
SIZE_NAMES = st.from_regex(r"[A-WYZa-wyz][A-WYZa-wyz0-9_]{0,9}", fullmatch=True).filter(
    lambda name: name not in "DHLW"  # each has its place
)
INPUTS = st.one_of(
    st.tuples(*[st.one_of(SIZES, SIZE_NAMES)] * 3),
    st.tuples(SIZES, st.one_of(SIZES, SIZE_NAMES)),
    st.tuples(st.one_of(SIZES, st.sampled_from(["T", "N2"]))),
)
