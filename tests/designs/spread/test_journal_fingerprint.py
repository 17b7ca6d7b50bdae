"""A fingerprint tells one question from another, in any process."""

import os
import subprocess
import sys
from typing import Any

import pytest

from flopcount.designs import plan
from flopcount.designs.spread.fingerprint import fingerprint
from tests.designs.spread.small import NET, VARY

PRINT = """
from flopcount.designs import plan
from flopcount.designs.spread.fingerprint import fingerprint
for net, vary, keep in {cases!r}:
    question = plan(net, vary, keep=keep, columns="multiplies,multiplies_unpadded,flops").question
    print(fingerprint(question, question.tiles))
"""
CASES = [
    ("googlenet", {"3a.r5": "8:64:8", "4e.n3": "64:256:64", "input": "128:256:32"}, ["params > 3"]),
    ("inception-v3", {"input": "128:300"}, []),
    ("mobilenet-v2@width=0.5", {"input": "64:128"}, []),
]


@pytest.mark.slow  # two processes load the package
def test_a_fingerprint_is_of_no_process() -> None:
    told = []
    for seed in ("1", "2", "77"):
        done = subprocess.run(
            [sys.executable, "-c", PRINT.format(cases=CASES)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        told.append(done.stdout.split())
    assert told[0] == told[1] == told[2]
    assert len({*told[0]}) == len(CASES)


def printed(net: str = NET, vary: dict[str, str] = VARY, **options: Any) -> str:
    question = plan(net, vary, **options).question
    return fingerprint(question, question.tiles)


def test_a_fingerprint_tells_questions_apart() -> None:
    different = [
        printed(),
        printed(vary={"n": "1:21", "m": "2:40:2"}),
        printed(vary={"m": "2:40:2", "n": "1:20"}),
        printed(NET.replace("3x3", "5x5")),
        printed(columns="params"),
        printed(columns="params,macs"),
        printed(columns="macs,params"),
        printed(keep="n > 1"),
        printed(keep="n >= 2"),
        printed(keep=["n > 1", "m > 1"]),
        printed(top=3),
        printed(top=4),
        printed(top=3, sort="-multiplies"),
        printed(pareto="n,m"),
        printed(pareto="n,-m"),
        printed(count=True),
        printed(histogram=["n"]),
        printed(histogram=["n=3"]),
    ]
    assert len({*different}) == len(different)
    assert printed(device="auto") == printed()
    assert printed(keep=" n  >  1") == printed(keep="n > 1")
    assert printed(vary={"n": ",".join(map(str, range(1, 21))), "m": "2:40:2"}) == printed()
