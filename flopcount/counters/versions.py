"""Versions of a counter: in which of them a rule holds, and between which its numbers change."""

import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from ..errors import FlopcountError, quote

Version = tuple[int, ...]


class Span(NamedTuple):
    """The versions from one to another, both among them; an empty one is open on that side."""

    since: Version = ()
    until: Version = ()

    def has(self, version: Version) -> bool:
        """Whether a version is one of them."""
        least, most = _key(self.since), _key(self.until)
        return least <= _key(version) and (not most or _key(version) <= most)


class Older(NamedTuple):
    """Versions in which other rules hold than in the newest: one of them, where they begin and end.

    They `begin` nowhere, with ``0.7.0`` or ``after 0.6.9``; they `end` with ``0.7.2`` or
    ``before 0.7.3``.
    """

    version: Version
    begin: str
    end: str

    @property
    def says(self) -> str:
        """What they are called: ``≤ 0.6.9``, ``before 0.7.0``, ``0.7.0 to 0.7.2``."""
        if self.begin:
            return self.end if self.begin == self.end else f"{self.begin} to {self.end}"
        return self.end if self.end.startswith("before ") else f"≤ {self.end}"

    def from_(self, earlier: "Older") -> "Older":
        """The same with those that lie before."""
        return self._replace(begin=earlier.begin)


def _key(version: Version) -> Version:
    """What versions are compared by: 0.7 is 0.7.0."""
    last = len(version)
    while last and version[last - 1] == 0:
        last -= 1
    return version[:last]


def read_version(text: object) -> Version:
    """The numbers of a version; what follows them, ``post20221221``, says nothing of its rules.

    Raises `FlopcountError` for a text that does not begin with a number.

    >>> read_version("0.1.5.post20221221")
    (0, 1, 5)
    """
    numbers = r"[0-9]{1,9}(?:\.[0-9]{1,9})*(?![0-9])"
    found = re.match(numbers, text) if isinstance(text, str) else None
    if not found:
        raise FlopcountError(f"expected a version such as '0.7.5', not {quote(text)}")
    return tuple(map(int, found[0].split(".")))


def version_text(version: Version) -> str:
    """A version as people write it."""
    return ".".join(map(str, version))


def older(spans: Iterable[Span]) -> list[Older]:
    """The versions that rules set apart from the newest, the oldest first.

    >>> spans = [Span((), (0, 6, 9)), Span((0, 7, 0), ()), Span((0, 7, 3), ())]
    >>> [one.says for one in older(iter(spans))]
    ['≤ 0.6.9', '0.7.0 to before 0.7.3']
    >>> [one.says for one in older([Span((0, 7), (0, 7)), Span((0, 8), (0, 9)), Span((1, 0))])]
    ['before 0.7', '0.7', '0.8 to 0.9']
    """
    known = tuple(spans)
    ends = {(span.until, 1) for span in known if span.until}
    ends |= {(span.since, 0) for span in known if span.since}
    found: list[Older] = []
    begin: tuple[Version, int] = ((), 0)
    for version, behind in sorted(ends):
        first = f"{'after ' if begin[1] else ''}{version_text(begin[0])}" if begin[0] else ""
        last = version_text(version)
        if behind:
            found.append(Older(version, first, last))
        elif not (begin[1] and begin[0] < version):  # else nothing is known between the two
            found.append(Older(_before(version, begin[0]), first, f"before {last}"))
        begin = version, behind
    return found


def _before(version: Version, least: Version) -> Version:
    """A version just before another one, and not before the least."""
    *kept, last = _key(version) or (0,)
    return max((*kept, last - 1, 10**9), least) if last else least


def known_version(text: str, newest: str, known: Collection[Version]) -> Version:
    """A version that somebody typed, of those between the oldest that is known and the newest.

    Raises `FlopcountError` for any other.
    """
    version = read_version(text)
    last = read_version(newest)
    first = min([*known, last])
    if _key(first) <= _key(version) <= _key(last):
        return version
    nearest = newest if version > last else version_text(first)
    between = f"from {version_text(first)} to {newest}" if first != last else f"of {newest} alone"
    raise FlopcountError(f"version {quote(text)}: its rules are known {between}; take {nearest}")
