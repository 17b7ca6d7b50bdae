"""The text of networks: vocabulary, parser, tables, library, references.

What other rooms use most stands here.
"""

from .drafts import Draft
from .fields import one_line
from .headings import unread_note
from .library import LoadedTable, find, is_path, names, note_files, read_table, variants
from .references import (
    OPTIONS,
    draft,
    is_spec,
    load,
    load_table,
    parse,
    parse_alone,
    split_reference,
)
from .rewriting import REWRITES, Rewrite, read_rewrite
from .variables import Of, Variable, variables_of

__all__ = [
    "OPTIONS",
    "REWRITES",
    "Draft",
    "LoadedTable",
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
    "note_files",
    "one_line",
    "parse",
    "parse_alone",
    "read_rewrite",
    "read_table",
    "split_reference",
    "unread_note",
    "variables_of",
    "variants",
]
