"""How many taps of a sliding window fall inside its axis: O(log k), for numbers and for arrays."""

from typing import Any

DEFINITIONS = {
    "text": "taps(n, m; k, s, d, p) = how many pairs of an output o < m and a tap t < k "
    "have 0 ≤ o·s + t·d − p < n",
    "latex": r"\operatorname{taps}\left(n, m; k, s, d, p\right) = \left|\left\{(o, t) : "
    r"0 \le o < m,\, 0 \le t < k,\, 0 \le o s + t d - p < n\right\}\right|",
}


def taps_inside(  # noqa: PLR0913, PLR0917  as few as a window has
    n: Any, m: Any, p: Any, k: int, s: int, d: int
) -> Any:
    """The pairs of an output o < m and a tap t < k with 0 ≤ o·s + t·d − p < n.

    An axis of `n` numbers, `p` of padding before it, `m` outputs; a kernel of `k` taps, `d` apart,
    that moves by `s`. All are whole numbers, n and m not negative; n, m and p may be arrays.

    Of the points (o, t) with o·s + t·d < x, count those below n + p and take away those below p;
    of those with o ≥ 0, take away those with o ≥ m, which are the same triangle s·m further in.

    >>> taps_inside(28, 28, 2, 5, 1, 1)  # 5·28 − 6
    134
    """
    return (
        _below(n + p, k, s, d)
        - _below(n + p - s * m, k, s, d)
        - _below(p, k, s, d)
        + _below(p - s * m, k, s, d)
    )


def _below(x: Any, k: int, s: int, d: int) -> Any:
    """The points o ≥ 0, 0 ≤ t < k with o·s + t·d < x: for each such t, ⌈(x − t·d)/s⌉ of o."""
    count = -(-x // d)  # so many t have t·d < x
    count = count * (count > 0)
    count = count - (count - k) * (count > k)
    # from the last t to the first, so that what is divided grows
    return floor_sum(count, s, d, x - (count - 1) * d + s - 1)


def floor_sum(n: Any, m: int, a: int, b: Any) -> Any:
    """The sum of ⌊(a·i + b) / m⌋ over 0 ≤ i < n: Euclid's algorithm on a and m, O(log).

    n and b may be arrays: `a` and `m` alone steer the steps. (Graham, Knuth & Patashnik, Concrete
    Mathematics, section 3.5: the sum is exchanged for that of its inverse.)

    >>> floor_sum(4, 10, 6, 3), sum((6 * i + 3) // 10 for i in range(4))
    (3, 3)
    """
    total = 0
    while True:
        # what is whole in a / m and in b / m
        total = total + n * (n - 1) // 2 * (a // m) + n * (b // m)
        a, b = a % m, b % m
        if a == 0:
            return total
        # the rest counts the points below a line; the same points, counted the other way
        top = a * n + b
        n, b, m, a = top // m, top % m, a, m
