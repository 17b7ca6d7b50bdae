"""The numbers of a page's scripts, run by V8, beside Python's: exact above 2**53 too."""

import json
import random
from fractions import Fraction

from flopcount.analysis.layout import shares
from flopcount.page.scripts import linked, static
from flopcount.writing.sheet import Column, Sheet, printed
from tests.page.running import ran

NUMBERS = linked(static("numbers.js"))
_PICK = random.Random(7)  # noqa: S311  no secret
COUNTS = [0, 1, 9, 999, 1_000, 2**53 - 1, 2**53, 2**53 + 1, 10**18, 2**63 - 1, 2**64 + 1]
ROUND = [10**43, 10**44, 10**45, 10**54, 15 * 10**60, 987_654_321 * 10**70]
COUNTS += [*ROUND, 123_456_789_012 * 10**50, 1_234_567_890_123 * 10**50, 10**60 + 1]
COUNTS += [_PICK.randrange(10 ** _PICK.randrange(1, 40)) for _ in range(200)]


def bigints(counts: list[int]) -> str:
    return f"[{', '.join(f'{count}n' for count in counts)}]"


def column(kind: str, values: list[object]) -> list[str]:
    """The values as the terminal prints them."""
    _, cells = printed(Sheet((Column("it", "it", kind),), [(value,) for value in values]))
    return [cell for (cell,) in cells]


def test_a_count_is_printed_as_the_terminal_prints_it() -> None:
    texts = column("count", [*COUNTS])
    assert ran(NUMBERS, f"{bigints(COUNTS)}.map(grouped)") == texts
    assert f"{2**64 + 1:,}" in texts
    assert "15·10⁶⁰" in texts
    assert ran(NUMBERS, f"{bigints(COUNTS)}.map(signed)") == [f"+{text}" for text in texts]
    below = bigints([-count for count in COUNTS if count])
    assert ran(NUMBERS, f"{below}.map(signed)") == [f"−{text}" for text in texts if text != "0"]


def test_sums_and_sizes_are_exact() -> None:
    assert ran(NUMBERS, f"sum({bigints(COUNTS)})") == str(sum(COUNTS))
    shape = [2**31 - 1, 2**31 - 3, 2**30 + 1]
    assert ran(NUMBERS, f"sizeOf({bigints(shape)})") == str(shape[0] * shape[1] * shape[2])
    assert ran(NUMBERS, f"shapeText({bigints(shape)})") == "×".join(map(str, shape))
    assert ran(NUMBERS, "sizeOf(null)") is None
    order = f"{bigints(COUNTS)}.sort(larger)"
    assert ran(NUMBERS, order) == [str(count) for count in sorted(COUNTS, reverse=True)]


def test_shares_are_the_terminals_and_sum_to_a_hundred() -> None:
    pick = random.Random(8)  # noqa: S311  no secret
    cases = [[1, 1, 1], [0, 0], [7], [1] * 7, [2**53, 2**53 + 1, 1], [3, 3, 3, 1, 1, 1]]
    for _ in range(100):
        most = 10 ** pick.randrange(1, 30)
        cases.append([pick.randrange(most) for _ in range(pick.randrange(1, 12))])
    expected = [shares(case) for case in cases]
    assert ran(NUMBERS, f"[{', '.join(map(bigints, cases))}].map(shares)") == expected
    assert {sum(filter(None, tenths)) for tenths in expected if tenths[0] is not None} == {1000}
    tenths = [None, 0, 1, 9, 10, 99, 100, 334, 1000]
    assert ran(NUMBERS, f"{json.dumps(tenths)}.map(shareText)") == column("share", [*tenths])


def test_a_ratio_is_rounded_as_the_terminal_rounds() -> None:
    pick = random.Random(9)  # noqa: S311  no secret
    pairs = [(1, 8), (3, 8), (5, 8), (7, 8), (17, 8), (21, 8), (1, 1), (0, 5), (5, 0), (0, 0)]
    pairs += [(1, 100), (99, 10_000), (1, 300), (9, 10**7), (10**9 + 1, 8), (2**60, 2**60 - 1)]
    pairs += [
        (pick.randrange(1, 10 ** pick.randrange(1, 30)), pick.randrange(1, 10**20))
        for _ in range(150)
    ]
    expected = [
        naive / built if naive and built and naive != built else None for naive, built in pairs
    ]
    given = f"[{', '.join(f'[{naive}n, {built}n]' for naive, built in pairs)}]"
    found = ran(NUMBERS, f"{given}.map(([naive, built]) => ratioText(saved(naive, built)))")
    assert found == column("ratio", [*expected])


def test_a_change_is_rounded_half_away_from_zero() -> None:
    def percent(now: int, before: int) -> str:
        if not before:
            return "new"
        tenths = int(abs(Fraction(1000 * (now - before), before)) + Fraction(1, 2))
        return f"{'−' if now < before else '+'}{tenths // 10:,}.{tenths % 10} %"

    pick = random.Random(10)  # noqa: S311  no secret
    pairs = [(2001, 2000), (1999, 2000), (2003, 2000), (2, 1), (5, 0), (0, 5), (4, 4), (2**64, 3)]
    pairs += [(2**60 + 1, 2**60), (2000 * 2**60 + 2**60, 2000 * 2**60)]
    pairs += [(pick.randrange(10**20), pick.randrange(1, 10**18)) for _ in range(100)]
    given = f"[{', '.join(f'[{now}n, {before}n]' for now, before in pairs)}]"
    found = ran(NUMBERS, f"{given}.map(([now, before]) => percentText(now, before))")
    assert found == [percent(now, before) for now, before in pairs]
    assert found[:2] == ["+0.1 %", "−0.1 %"]  # of 2,000, 1 is 0.05 %
