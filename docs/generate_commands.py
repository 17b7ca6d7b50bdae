"""Write the help of each command into docs/commands.md: `python docs/generate_commands.py`.

A test compares the page with what `--help` prints.
"""

import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).with_name("commands.md")
BLOCK = re.compile(r"(```console\n\$ flopcount (.*--help)\n)(?:.*\n)*?(```\n)")


def _fresh(block: re.Match[str]) -> str:
    command = [sys.executable, "-m", "flopcount", *block[2].split()]
    printed = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout  # noqa: S603
    return block[1] + printed + block[3]


if __name__ == "__main__":
    PAGE.write_text(BLOCK.sub(_fresh, PAGE.read_text(encoding="utf-8")), encoding="utf-8")
