"""A small table with all that a table may have, and what is made of it and of others."""

import tomllib
from typing import Any

import pytest

from flopcount import FlopcountError, Network
from flopcount.core.graph import walk
from flopcount.notation.networks import Options, build
from flopcount.notation.tables import parse_table
from flopcount.notation.variables import read_variable

PATHWAYS = """
title   = "A small one"
source  = "nobody, nowhere"
input   = "28x28x192"
classes = 10

[defaults]
conv = "same bias nonorm relu"

[block.inception]
columns = ["n1", "r5", "n5"]
"1x1" = "conv 1x1 {n1}"
"5x5" = "conv 1x1 {r5} reduce > conv 5x5 {n5}"

[rows]
conv1   = "conv 3x3 64"
3a      = ["inception", 64, 16, 32]
pool    = "avgpool global"
linear  = "dense classes"

[aux]
aux1 = "from 3a > avgpool global > dense classes"

[variant.bare]
defaults.conv = "same nobias norm relu"
block.inception."5x5" = "conv 1x1 {r5} reduce > conv 3x3 {n5}"
classes = 20

[variant.deep]
replace = ["rows"]
[variant.deep.rows]
conv1 = "2 * conv 3x3 8"

[variant.plain]
replace = ["block", "rows", "aux"]
rows = {only = "relu"}
block = {}
aux = {}
"""


def document(change: str = "", *, without: str = "") -> dict[str, Any]:
    """The small table with lines added, and lines that start with `without` left out."""
    kept = [line for line in PATHWAYS.splitlines() if not (without and line.startswith(without))]
    return tomllib.loads("\n".join([*kept, change]))


def made(text: str | dict[str, Any], **options: Any) -> Network:
    found = tomllib.loads(text) if isinstance(text, str) else text
    widths = {read_variable(name): width for name, width in options.pop("set", {}).items()}
    network = build(parse_table(found), "t", Options(set=widths, **options))
    walk(network)
    return network


def refused(text: str | dict[str, Any], **options: Any) -> str:
    with pytest.raises(FlopcountError) as error:
        made(text, **options)
    message = str(error.value)
    assert "\n" not in message
    assert message.isprintable()
    assert len(message) < 600
    return message


def in_rows(row: str) -> str:
    """The small table's head with one row of its own."""
    return PATHWAYS.partition("[rows]")[0] + f"[rows]\n{row}"
