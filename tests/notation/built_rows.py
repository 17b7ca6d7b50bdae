"""What a table's rows give: the names of the layers, what they read and how wide they are."""

import tomllib
from typing import Any

from flopcount import Network
from flopcount.core.graph import Row, walk
from flopcount.notation.networks import Options, build
from flopcount.notation.tables import parse_table

HEAD = """
input   = "28x28x192"
classes = 10

[defaults]
conv = "same bias nonorm relu"

[block.inception]                       # arXiv:1409.4842, Fig. 2(b)
columns = ["n1", "r3", "n3", "r5", "n5", "proj"]
"1x1"   = "conv 1x1 {n1}"
"3x3"   = "conv 1x1 {r3} reduce > conv 3x3 {n3}"
"5x5"   = "conv 1x1 {r5} reduce > conv 5x5 {n5}"
"pool"  = "maxpool 3x3 > conv 1x1 {proj} project"

[block.c]                               # arXiv:1602.07261, Fig. 19
as    = "(identity + branches > conv 1x1 in linear bias nonorm > scale) > relu"
"1x1" = "conv 1x1 192"
"3x3" = "conv 1x1 192 reduce > conv 1x3 224 > conv 3x1 256"
[block.c-last]
like  = "c"
as    = "(identity + branches > conv 1x1 in linear bias nonorm)"

[block.parted]                          # arXiv:1512.00567, Fig. 7
"1x1" = "conv 1x1 256"
"3x3" = "conv 1x1 384 reduce > [1x3: conv 1x3 256 | 3x1: conv 3x1 256]"

[block.one]
"only" = "conv 1x1 4 > conv 1x1 5"
[block.outer]
"x" = "one > conv 1x1 3"
"y" = "2 * one"
[block.col]
columns = ["n"]
"x" = "conv 1x1 {n}"
[block.wrap]
columns = ["n"]
as = "2 * col > branches"
"x" = "conv 1x1 in"
[block.lay]
as = "conv 1x1 8 > conv 1x1 9 > relu > [p: conv 1x1 4 > conv 1x1 3 | q: relu | conv 1x1 7]"

[rows]
"""


def table(rows: str, **options: Any) -> Network:
    return build(parse_table(tomllib.loads(HEAD + rows)), "t", Options(**options))


def rows_of(rows: str) -> list[Row]:
    return walk(table(rows))


def paths(rows: str) -> list[str]:
    return [row.node.path for row in rows_of(rows)]


def wired(rows: str) -> dict[str, tuple[str, ...]]:
    return {row.node.path: row.node.inputs for row in rows_of(rows)}


def widths(rows: str) -> dict[str, int]:
    return {row.node.path: row.output[2] for row in rows_of(rows)}
