"""How many pairs a mask lets through along an axis, as people work it out: ``(512·513/2)``."""

from ..sizes import Blocks, Causal, Near


def pairs_text(meet: object) -> str:
    """The arithmetic of the pairs that count along one axis; empty where their number says all.

    >>> pairs_text(Causal(512, 512)), pairs_text(Causal(512, 512, window=128))
    ('(512·513/2)', '(128·512 − 128·127/2)')
    >>> pairs_text(Causal(16, 80)), pairs_text(Causal(1, 80))  # 16 after 64 in a cache; one alone
    ('(16·80 − 16·15/2)', '')
    >>> pairs_text(Near(9, 2)), pairs_text(Blocks(56, 7, shift=3))
    ('(9·5 − 2·3)', '(56·7 − 2·3·4)')
    """
    if isinstance(meet, Causal):
        return _causal(meet)
    if isinstance(meet, Near) and 0 < meet.reach < int(meet.n) - 1:
        n, reach = int(meet.n), meet.reach
        return f"({n}·{2 * reach + 1} − {reach}·{reach + 1})"
    if isinstance(meet, Blocks) and meet.inside != meet.full:
        return f"({int(meet.n)}·{meet.size} − 2·{meet.shift}·{meet.size - meet.shift})"
    return ""


def _causal(meet: Causal) -> str:
    """Of n queries on n keys half the square and half the diagonal."""
    queries, keys = int(meet.queries), int(meet.keys)
    window = keys if meet.window is None else min(int(meet.window), keys)
    if meet.inside == meet.full:
        return ""
    if window == keys == queries:
        return f"({keys}·{keys + 1}/2)"
    if window == keys:
        return f"({queries}·{keys} − {queries}·{queries - 1}/2)"
    if queries == keys and window > 1:
        return f"({window}·{keys} − {window}·{window - 1}/2)"
    return ""
