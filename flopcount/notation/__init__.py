"""The text of networks: vocabulary, parser, tables, library, references.

What other rooms use most stands here.
"""

from .drafts import Draft
from .library import find, is_path, names, read_table, variants
from .references import OPTIONS, draft, is_spec, load, load_table, parse, split_reference
from .rewriting import REWRITES, Rewrite, read_rewrite
from .variables import HEIGHT, SIDES, WIDTH, Of, Variable, variables_of

__all__ = [
    "HEIGHT",
    "OPTIONS",
    "REWRITES",
    "SIDES",
    "WIDTH",
    "Draft",
    "Of",
    "Rewrite",
    "Variable",
    "draft",
    "find",
    "is_path",
    "is_spec",
    "load",
    "load_table",
    "names",
    "parse",
    "read_rewrite",
    "read_table",
    "split_reference",
    "variables_of",
    "variants",
]
