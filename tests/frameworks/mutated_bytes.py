"""Files damaged as copies and downloads damage them: bytes changed, cut off, put in twice."""

from random import Random


def flipped(data: bytes, random: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 8, 64))):
        changed[random.randrange(len(changed))] = random.choice(
            (0, 1, 0x7F, 0x80, 0xFF, random.randrange(256))
        )
    return bytes(changed)


def cut(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data))]


def spliced(data: bytes, random: Random) -> bytes:
    """A part of it somewhere else in it, in the place of what was there or beside it."""
    at, length = random.randrange(len(data)), random.choice((1, 4, 16, 256, 4096))
    part = data[at : at + length]
    to = random.randrange(len(data))
    return data[:to] + part + data[to + (length if random.random() < 0.5 else 0) :]


def without(data: bytes, random: Random) -> bytes:
    at, length = random.randrange(len(data)), random.choice((1, 2, 16, 256))
    return data[:at] + data[at + length :]


def noise(data: bytes, random: Random) -> bytes:
    at, length = random.randrange(len(data)), random.choice((1, 8, 64))
    return data[:at] + random.randbytes(length) + data[at:]


BYTES = (flipped, flipped, flipped, cut, spliced, without, noise)


def damaged(data: bytes, random: Random) -> bytes:
    return random.choice(BYTES)(data, random)


SIZES = (
    *(0, 1, -1, 2, 3, 7, -2, 255, 256, 10_000, 10_000_000, 2**31 - 1, 2**31, 2**32, 2**40),
    *(2**40 + 1, 2**62, 2**63 - 1, -(2**63), -(2**31), 10**12),
)
FLOATS = (0.0, -1.0, 1e-45, 1e38, -1e38, float("inf"), float("-inf"), float("nan"), 0.5)
NAMES = (
    *(
        "",
        "x",
        "x\ny",
        "\x1b[31mred\x1b[0m",
        "\x00",
        "\u202eabc",
        "a" * 5000,
        "a" * 200_000,
        "é" * 70,
    ),
    *(
        "../../etc/passwd",
        "/abs",
        "a/b/c",
        "#0",
        "=W",
        "a:b",
        ":",
        "%s%n",
        "{0}",
        "[bold]",
        "$(id)",
    ),
    *("\ud7ff", "a\tb", "\r", "x:0", "#0:1", "__import__('os')", "=", "/", "//", ".", "..", "a//b"),
)
