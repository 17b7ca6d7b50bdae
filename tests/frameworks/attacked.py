"""Files of models that are changed at random, each read by the command line within limits.

What comes of one is a report, or one line of what is wrong: no traceback, no warning, at most 2 GB
and 20 s.
"""

import contextlib
import io
import json
import os
import select
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

MOST_SECONDS = 20
MOST_MEMORY = 2 << 30
CASES = Path(__file__).parents[2]  # where the child is started


@dataclass(frozen=True)
class Outcome:
    """What came of a file: the seed, the number of the change, the exit code, what was said.

    `wrong` is empty where that is as it should be.
    """

    seed: str
    number: int
    code: int
    said: str
    wrong: str
    seconds: float = 0.0
    memory: int = 0


def changed(seed: Path, number: int) -> bytes:
    """The bytes of a file, changed: always in the same way for the same number."""
    from tests.frameworks import mutated_keras, mutated_onnx

    random = Random(f"{seed.name}:{number}")  # noqa: S311  the same again is what is wanted
    kind = mutated_onnx if seed.suffix == ".onnx" else mutated_keras
    return kind.mutated(seed.read_bytes(), random)


def attack(
    seeds: Sequence[Path], numbers: Iterator[int], processes: int = 2, folder: str = ""
) -> Iterator[Outcome]:
    """Change a seed with each number, the seeds in turn, and read what came of it."""
    workers = [Worker(folder) for _ in range(processes)]
    try:
        waiting = iter(numbers)
        for worker in workers:
            _give(worker, seeds, waiting)
        while busy := [worker for worker in workers if worker.case]:
            ready, _, _ = select.select([w.process.stdout for w in busy], [], [], 0.5)
            for worker in busy:
                if worker.process.stdout in ready or worker.is_late:
                    yield worker.outcome()
                    _give(worker, seeds, waiting)
    finally:
        for worker in workers:
            worker.stop()


def _give(worker: "Worker", seeds: Sequence[Path], numbers: Iterator[int]) -> None:
    number = next(numbers, None)
    if number is not None:
        worker.begin(seeds[number % len(seeds)], number)


class Worker:
    """A process that reads one file after the other."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.case: tuple[Path, int] | None = None
        self._start()

    def _start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.frameworks.attacked", self.folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=CASES,
            text=True,
            env=os.environ | {"PYTHONPATH": str(CASES), "OMP_NUM_THREADS": "1"},
        )

    def begin(self, seed: Path, number: int) -> None:
        self.case = seed, number
        self.began = time.monotonic()
        assert self.process.stdin
        self.process.stdin.write(f"{json.dumps([str(seed), number])}\n")
        self.process.stdin.flush()

    @property
    def is_late(self) -> bool:
        return time.monotonic() - self.began > 3 * MOST_SECONDS

    def outcome(self) -> Outcome:
        """What came of the file that it was given; it is started anew where it is no more."""
        assert self.case
        assert self.process.stdout
        seed, number = self.case
        self.case = None
        late = self.is_late
        line = "" if late else self.process.stdout.readline()
        if line:
            return Outcome(**json.loads(line))
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(1)  # where it ends of itself its code is its own
        self.stop()
        wrong = "it hangs" if late else f"it crashes with code {self.process.returncode}"
        self._start()
        return Outcome(seed.name, number, -1, "", wrong, time.monotonic() - self.began)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            assert stream
            with contextlib.suppress(OSError):
                stream.close()


def read(path: Path, words: Sequence[str] = ()) -> tuple[int, str, str, str]:
    """Read a file by the command line, here: its code, both texts, a traceback if there is one."""
    from flopcount.cli.main import main

    out, err = io.StringIO(), io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main([str(path), *words])
    except SystemExit as error:
        code = int(error.code or 0)
    except BaseException:  # noqa: BLE001  whatever it is: there must be none
        return -1, out.getvalue(), err.getvalue(), traceback.format_exc()
    return code, out.getvalue(), err.getvalue(), ""


def judged(code: int, out: str, err: str, trace: str) -> str:  # noqa: PLR0911  one a fault
    """What is wrong with an outcome; "" where nothing is."""
    if trace:
        return trace
    if code not in (0, 2, 3):
        return f"exit code {code}: {err}"
    lines = err.splitlines()
    if code == 2 and (len(lines) != 1 or out):
        return f"{len(lines)} lines of error, and {len(out)} letters of output: {err}"
    if code == 0 and err:
        return f"a report, and beside it: {err}"
    if any(not (sign.isprintable() or sign == "\n") for sign in out + err):
        return "what it writes has signs in it that do not print"
    if code == 0 and "mistake in flopcount" in out + err:
        return "it says that it is wrong itself"
    if code == 2 and len(lines[0]) > 1000:
        return f"a line of {len(lines[0])} letters"
    return ""


def _child(folder: Path) -> None:
    """Read what stands on each line of the input, and write what came of it."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (6 * MOST_MEMORY, 6 * MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        name, number = json.loads(line)
        seed = Path(name)
        path = folder / f"attacked{os.getpid()}{seed.suffix}"
        path.write_bytes(changed(seed, number))
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
        began = time.process_time()
        code, out, err, trace = read(path, FORMS[number % len(FORMS)])
        seconds, memory = time.process_time() - began, _peak()
        wrong = judged(code, out, err, trace)
        if not wrong and (seconds > MOST_SECONDS or memory > MOST_MEMORY):
            wrong = f"it takes {seconds:.0f} s and {memory >> 20} MB"
        said = err.strip() or out.partition("\n")[0]
        done = Outcome(seed.name, number, code, said[:400], wrong[-3000:], seconds, memory)
        answers.write(f"{json.dumps(asdict(done))}\n")
        answers.flush()
        path.unlink()


FORMS: tuple[tuple[str, ...], ...] = (
    *((), (), (), ("--by", "layer"), ("--format", "json"), ("--by", "layer", "--explain")),
)


def _peak() -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    return 0


def kept(seed: Path, number: int, path: Path) -> tuple[Any, ...]:
    """Write a changed file, to be looked at, and read it."""
    path.write_bytes(changed(seed, number))
    return read(path, FORMS[number % len(FORMS)])


if __name__ == "__main__":
    _child(Path(sys.argv[1]))
