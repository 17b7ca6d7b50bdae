"""What a command prints, and what it writes on a terminal of so many columns."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios

from flopcount.cli.main import run

MODULE = ["googlenet", "--module", "3a"]
COLOUR = re.compile(r"\033\[[0-9;]*m")


def printed(*argv: str) -> list[str]:
    """The lines that a command prints."""
    text, code, _ = run(argv)
    assert code == 0
    return text.splitlines()


def shown(argv: list[str], columns: int, **environment: str) -> str:
    """Run the program on a terminal of so many columns; what it writes there."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in ("NO_COLOR", "COLUMNS", "LINES", "TERM")
    }
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command = [sys.executable, "-m", "flopcount", *argv]
    process = subprocess.Popen(
        command, stdout=slave, stderr=slave, env={**inherited, "TERM": "xterm", **environment}
    )
    os.close(slave)
    written = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:  # Linux says so when the other end is closed
            break
        if not piece:
            break
        written += piece
    os.close(master)
    process.wait()
    return written.decode().replace("\r\n", "\n")
