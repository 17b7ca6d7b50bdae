"""What bad input may not do, and a small table to do it with."""

from pathlib import Path

LONGEST = 1_000  # characters of a message, whatever was typed
ROW = 'input = "8x8x3"\n[rows]\n'
GOOD = ROW + 'a = "conv 3x3 4"\n'


def snapshot(folder: Path) -> dict[str, bytes | None]:
    """Every name under a folder, and what the files hold."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }
