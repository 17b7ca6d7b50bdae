"""What a whole process takes: its seconds, and the most memory that it held itself."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

# A process counts as its own what the one held that started it, by vfork: so a small one does.
START = """\
import json, os, sys, time
silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
began = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=silent)
_, status, usage = os.wait4(child, 0)
seconds = time.perf_counter() - began
most = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
code = os.waitstatus_to_exitcode(status)
print(json.dumps([code, seconds, usage.ru_utime + usage.ru_stime, most]))
"""


@dataclass(frozen=True)
class Used:
    """The exit code, seconds by the clock and of the processor, bytes at most, what was said."""

    code: int
    seconds: float
    processor: float
    memory: int
    said: str


def used(command: Sequence[str], environment: dict[str, str] | None = None) -> Used:
    """Run a command to its end, its output thrown away; `said` is what it wrote as errors."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", START, *command],
        env=environment,
        capture_output=True,
        check=True,
        text=True,
    )
    code, seconds, processor, memory = json.loads(done.stdout)
    return Used(code, seconds, processor, memory, done.stderr)


def well(command: Sequence[str], environment: dict[str, str] | None = None) -> Used:
    """Likewise, of a command that must end well: who runs a benchmark is told what it said."""
    found = used(command, environment)
    if found.code:
        sys.exit(f"{' '.join(command)} failed: {found.said}")
    return found
