"""Any table at all is a network or refused in one line, and the sums of any network are right."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import flopcount as fc
from flopcount import FlopcountError
from flopcount.core.counts import COUNTS, Counts
from flopcount.core.graph import INPUT
from flopcount.core.ops.words import OPS
from flopcount.notation.inputs import InputSize
from flopcount.notation.networks import Options, build
from flopcount.notation.parser import parse
from flopcount.notation.tables import KEYS, overlay, parse_table
from flopcount.notation.variables import read_variable
from tests.notation.pathways import document

# --- anything at all

NUMBERS = st.one_of(
    st.integers(-3, 300),
    st.sampled_from([2**31, 2**31 + 1, 2**63, 10**400, -1, 0]),
    st.floats(),
    st.booleans(),
)
SPECS = st.sampled_from(
    [
        *("relu", "conv 3x3 8", "conv 1x1 {n}", "a", "b > b", "2 * a", "branches", "from x > relu"),
        *("(identity + branches > conv 1x1 in)", "[a | relu]", "dense classes", "maxpool 3x3/2"),
        *("conv 3 8", "depthwise 3/2 > maxpool 2/2 valid", "avgpool to=2", "conv 3x3x3/2 4 pad=1"),
        *("flatten > dense classes", "flatten"),
        *(
            "shared a",
            "2 * shared a",
            "a > shared t (conv 1x1 4)",
            "3 * shared (relu > conv 3x3 4)",
        ),
        *("from y > x", "[from a | shared t] > x", "from left > conv 3x3 4", "shared (relu)"),
        *("{n} * a", "b > {n}-1 * a", "conv {k}/{s} {n}", "conv 1x1 3*{n}/2", "conv 1x1 {n}*in"),
        *("conv {n}x{n} in/{n}", "depthwise 3x3/{n} pad={k}", "conv 3x3 8 groups={n}", "dense 4in"),
        *("9 * (9 * a)", "conv 9x9 4 valid", "in", "", " ", "[", "vaild", "conv 3x3 {m} reduce"),
    ]
)
NAMES = st.sampled_from([*"abnmxy", "x.1", "1x1", "as", "like", "columns", "in", "total", "a b"])
SCALARS = st.one_of(
    NUMBERS,
    SPECS,
    NAMES,
    st.text(max_size=8),
    st.just(dt.date(1979, 5, 27)),
    st.just(dt.time(7, 32)),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(NAMES, st.text(max_size=5)), inner, max_size=4),
    ),
    max_leaves=12,
)


def mostly(likely: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(likely, likely, likely, VALUES)


CELLS = st.one_of(NUMBERS, st.sampled_from(["3x3", "3x1", "7x7/2", "1", "x", "", "3×3", "2/2"]))
ROWS = mostly(
    st.one_of(SPECS, st.tuples(SPECS, st.lists(CELLS, max_size=3)).map(lambda r: [r[0], *r[1]]))
)
BLOCKS = mostly(
    st.fixed_dictionaries(
        {"x": mostly(SPECS)},
        optional={
            "as": mostly(SPECS),
            "like": mostly(NAMES),
            "columns": mostly(st.lists(NAMES, max_size=2)),
            "1x1": mostly(SPECS),
        },
    )
)
DEFAULTS = st.dictionaries(
    mostly(st.sampled_from([*OPS, "framework"])).filter(lambda key: isinstance(key, str)),
    mostly(
        st.sampled_from(["torch", "pad={n}", "same", "valid", "nobias norm", "relu6", "ceil", ""])
    ),
    max_size=2,
)
DOCUMENTS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "input": mostly(
            st.sampled_from(
                [
                    *("8x8x4", "28x28x192", "1x1x1", "8x8", "HxWxC", "3x8x8", "3x8x8 hwc"),
                    *("4x4x4x2", {"left": "8x8x4"}, {"left": "8x8x4", "right": "9x8x4"}, {}),
                ]
            )
        ),
        "rows": mostly(st.dictionaries(NAMES, ROWS, min_size=1, max_size=4)),
    },
    optional={
        "classes": NUMBERS,
        "outputs": mostly(st.lists(NAMES, max_size=3)),
        "title": mostly(st.just("T")),
        "source": mostly(st.just("S")),
        "block": mostly(st.dictionaries(NAMES, BLOCKS, max_size=3)),
        "defaults": mostly(DEFAULTS),
        "aux": mostly(st.dictionaries(NAMES, ROWS, max_size=2)),
        "assumed": mostly(st.dictionaries(st.sampled_from(["a/1", "x/1", "\n"]), VALUES)),
        "paper": VALUES,
        "variant": mostly(st.fixed_dictionaries({"v": VALUES})),
        "more": VALUES,
    },
)


def asked(found: dict[str, Any]) -> None:
    """Build a document, every way: it is a network with a sum, or one line of what is wrong."""
    widths = {read_variable("x.n"): 3}
    for options in (Options(), Options(aux=True, classes=5), Options(set=widths)):
        try:
            network = build(parse_table(found), "t", options)
            report = fc.analyze(network)
            parts = sum(line.cost.multiplies for line in report.by("branch").lines)
            assert parts == report.total.cost.multiplies
        except FlopcountError as error:
            message = str(error)
            assert message
            assert message.isprintable(), message


@pytest.mark.slow
@given(found=DOCUMENTS)
@example({"input": "8x8x4", "rows": {"x": "relu"}, "assumed": {"\n": 3}})
def test_any_document_is_a_network_or_refused(found: dict[str, Any]) -> None:
    asked(found)


@pytest.mark.slow
@given(found=st.dictionaries(st.one_of(st.sampled_from(KEYS), NAMES), VALUES, max_size=5))
def test_any_values_at_all_are_a_network_or_refused(found: dict[str, Any]) -> None:
    asked(found)


@pytest.mark.slow
@given(found=DOCUMENTS, variant=VALUES)
def test_any_variant_is_a_network_or_refused(found: dict[str, Any], variant: Any) -> None:
    try:
        merged = overlay({**found, "variant": {"v": variant}}, "v")
    except FlopcountError as error:
        assert str(error).isprintable()  # noqa: PT017  either is an answer
    else:
        asked(merged)


# --- random tables that are right

LAYERS = st.sampled_from(
    [
        *("conv 3x3 {n}", "conv 1x1 {n} reduce > conv 5x5/2 {m}", "maxpool 3x3/2", "lrn", "relu"),
        *("separable 3x3 2*{m}", "depthwise 3x3 multiplier=2", "conv 3x3 8 nobias norm", "softmax"),
        *("(identity + conv 3x3 in)", "[conv 1x1 {n} | conv 3x3 {m} | relu]", "norm=shift"),
    ]
)
ARMS = st.sampled_from(
    [
        *(
            "conv 1x1 {n}",
            "conv 1x1 {n} reduce > conv 3x3 {m}",
            "maxpool 3x3 > conv 1x1 {m} project",
        ),
        *("conv 1x1 {m} reduce > [l: conv 1x3 4 | r: conv 3x1 5]", "identity", "separable 3x3 {n}"),
        *("conv 1x1 3*{n} > conv {k}x1 4*{m}/2", "maxpool {k}x{k} > conv {k} {m}*{n}"),
    ]
)


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    arms = draw(st.lists(ARMS, min_size=1, max_size=4))
    block = {"columns": ["n", "m", "k"], **{f"b{i}": arm for i, arm in enumerate(arms)}}
    layout = draw(st.sampled_from(["", "(identity + branches > conv 1x1 in)", "branches > relu"]))
    rows: dict[str, Any] = {}
    for i in range(draw(st.integers(1, 5))):
        spec = draw(st.sampled_from(["module", "2 * module", "3 * (module > relu)"]))
        if draw(st.booleans()):
            times = draw(st.sampled_from(["", "{t} * ", "relu > {t}-1 * "]))
            cells = [draw(st.integers(1, 9)) for _ in range(2 + bool(times))]
            cells[: bool(times)] = [cell % 3 + 1 for cell in cells[: bool(times)]]
            rows[f"r{i}"] = [f"{times}({spec})", *cells, draw(st.sampled_from([1, 3]))]
        else:
            plain = draw(LAYERS).replace("{n}", "6").replace("{m}", "7")
            rows[f"r{i}"] = f"{draw(st.integers(1, 3))} * ({plain})"
    height, width, channels = (draw(st.integers(1, 20)) for _ in range(3))
    return {
        "input": f"{height}x{width}x{channels} hwc",  # 1x8x8 alone looks like channels first
        "block": {"module": {**block, **({"as": layout} if layout else {})}},
        "rows": rows,
    }


@pytest.mark.slow
@given(found=tables())
def test_rows_of_any_table_sum_to_its_total(found: dict[str, Any]) -> None:
    report = fc.analyze(build(parse_table(found), "t", Options()))
    total = report.total.cost
    for grain in ("layer", "branch", "module", "op"):
        lines = report.by(grain).lines
        assert {name: sum(line.cost[name] for line in lines) for name in COUNTS} == {
            name: total[name] for name in COUNTS
        }
        assert sum(line.naive.multiplies for line in lines) == report.total.naive.multiplies
    assert len({node.path for node in report.network.nodes}) == len(report.network.nodes)
    for node in report.network.nodes:
        assert node.path.startswith(f"{node.module}/{node.branch or ''}")
        assert fc.analyze(report.network.select([node.module])).rows


@pytest.mark.slow
@given(found=tables())
def test_a_table_and_its_specs_agree(found: dict[str, Any]) -> None:
    """A row without a block costs what its spec costs on what enters the row."""
    report = fc.analyze(build(parse_table(found), "t", Options()))
    outputs = {row.node.path: row.output for row in report.rows}
    here = report.network.inputs[INPUT]
    for name, row in found["rows"].items():
        own = [found_row for found_row in report.rows if found_row.node.module == name]
        if isinstance(row, str):
            spec = f"{InputSize(here)} > {parse(row)}"
            alone = fc.analyze(fc.parse(spec)).total.cost
            assert alone == Counts(own)
        ends = [path for path in outputs if path.startswith((f"{name}/", f"{name}."))]
        here = outputs[ends[-1]]


def test_the_sums_notice_a_lost_row(monkeypatch: pytest.MonkeyPatch) -> None:
    right = fc.Report.grouped

    def lossy(report: fc.Report, grain: str, depth: int = 1) -> list[Any]:
        return right(report, grain, depth)[:-1]

    monkeypatch.setattr(fc.Report, "grouped", lossy)
    with pytest.raises(AssertionError):
        asked(document())
