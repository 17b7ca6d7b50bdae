import sys

from tests.processes import used

MANY = 64 << 20  # bytes


def test_a_process_is_weighed_by_itself() -> None:
    held = bytearray(b"1") * MANY
    small = used([sys.executable, "-c", "pass"])
    large = used([sys.executable, "-c", f"held = bytearray(b'1') * {MANY}"])
    assert small.memory < MANY < large.memory < 3 * MANY
    assert len(held) == MANY


def test_what_a_process_says_and_how_it_ends() -> None:
    done = used([sys.executable, "-c", "import sys; print('thrown away'); sys.exit('why')"])
    assert (done.code, done.said) == (1, "why\n")
    assert done.seconds >= 0
    assert done.processor > 0
