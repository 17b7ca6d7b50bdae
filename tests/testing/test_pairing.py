"""Layers of before and now in pairs: whatever was changed, all add up, and names mean nothing."""

from hypothesis import given
from hypothesis import strategies as st

from flopcount.testing.layers import Layer
from flopcount.testing.pairing import paired

OPS = ("conv", "norm", "relu", "dense")


def layer(path: str, op: str, cost: int) -> Layer:
    return Layer(path, op, f"1×{cost}", {"multiplies": cost, "params": 2 * cost})


def net(costs: list[tuple[str, int]]) -> list[Layer]:
    return [layer(str(place), op, cost) for place, (op, cost) in enumerate(costs)]


drawn = st.lists(st.tuples(st.sampled_from(OPS), st.integers(0, 5)), max_size=12).map(net)
distinct = st.lists(st.integers(0, 99), min_size=1, max_size=12, unique=True).map(
    lambda costs: net([(OPS[cost % 4], cost) for cost in costs])
)


@given(drawn, drawn)
def test_each_layer_is_in_one_pair_and_the_differences_add_up(
    before: list[Layer], after: list[Layer]
) -> None:
    pairs = paired(before, after)
    assert [pair.after for pair in pairs if pair.after] == after
    assert sorted(pair.before.path for pair in pairs if pair.before) == sorted(
        one.path for one in before
    )
    assert all(pair != (None, None) for pair in pairs)
    for count in ("multiplies", "params", "flops"):
        now, then = (sum(one.cost(count) or 0 for one in some) for some in (after, before))
        assert sum(pair.more(count) or 0 for pair in pairs) == now - then


@given(drawn, st.randoms())
def test_other_names_change_nothing(before: list[Layer], random: object) -> None:
    names = [one.path for one in before]
    random.shuffle(names)  # type: ignore[attr-defined]
    after = [one._replace(path=name) for one, name in zip(before, names, strict=True)]
    assert sum(pair.more("multiplies") != 0 for pair in paired(before, after)) == 0
    assert all(pair.before and pair.after for pair in paired(before, after))


@given(distinct, st.data())
def test_one_layer_that_is_new_goes_or_grows_is_the_only_one(
    before: list[Layer], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(before) - 1))
    own = before[place]
    wider = own._replace(counts={"multiplies": 1_000, "params": 2_000}, output="1×1000")
    for after, change in (
        ([*before[:place], wider, *before[place + 1 :]], (own, wider)),
        ([*before[:place], *before[place + 1 :]], (own, None)),
        ([*before[:place], wider._replace(path="new"), *before[place:]], (None, wider)),
    ):
        numbered = [one._replace(path=str(n)) for n, one in enumerate(after)]
        for some in (after, numbered):
            odd = [pair for pair in paired(before, some) if pair.more("params") != 0]
            costs = [pair.costs("params") for pair in odd]
            expected = tuple(0 if one is None else one.cost("params") for one in change)
            assert costs in ([expected], [] if own.cost("params") == 0 else [expected])


def test_what_nobody_knows_is_no_number() -> None:
    unknown = Layer("a", "fft", "1×9", {"multiplies": None, "params": None})
    (pair,) = paired([unknown], [unknown])
    assert pair.more("multiplies") is None
    assert pair.more("params") == 0
