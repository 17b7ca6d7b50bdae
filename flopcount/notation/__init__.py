"""The text of networks: vocabulary, parser, tables, library, references.

What other rooms use stands here, and is loaded with the first that is asked for: a model needs no
parser.
"""

from typing import TYPE_CHECKING

from ..lazy import names_later

if TYPE_CHECKING:
    from .applied import rewritten
    from .batches import batch_of, with_batch
    from .drafts import Draft
    from .fields import one_line
    from .folders import OwnTable, fold, own_tables
    from .given import (
        Given,
        Plan,
        as_network,
        narrowed,
        networks_of,
        not_a_network,
        of_modules,
        planned,
    )
    from .headings import unread_note
    from .library import (
        LoadedTable,
        is_path,
        read_table,
        stands_for,
        variants,
    )
    from .models import ModelDraft, as_model, checked_model, is_model
    from .no_network import ModelKind, model_kind, shown_object, unquoted
    from .references import draft, is_spec, load, load_table, may_be_trusted, split_reference
    from .remembered import draft_of, remember
    from .rewriting import MAX_MULTIPLE, MULTIPLE, REWRITES, Rewrite, read_rewrite, with_multiple
    from .settled import check_input_unset, check_unset
    from .shipped import Family, families, families_named, find, names, note_files
    from .typed import OPTIONS, parse, parse_alone
    from .variables import Of, Variable, is_length, not_among, variables_of

_ROOMS = {  # the modules, and what of each other rooms use
    "applied": "rewritten",
    "batches": "batch_of with_batch",
    "drafts": "Draft",
    "fields": "one_line",
    "folders": "OwnTable fold own_tables",
    "given": "Given Plan as_network narrowed networks_of not_a_network of_modules planned",
    "headings": "unread_note",
    "library": "LoadedTable is_path read_table stands_for variants",
    "models": "ModelDraft as_model checked_model is_model",
    "no_network": "ModelKind model_kind shown_object unquoted",
    "references": "draft is_spec load load_table may_be_trusted split_reference",
    "remembered": "draft_of remember",
    "rewriting": "MAX_MULTIPLE MULTIPLE REWRITES Rewrite read_rewrite with_multiple",
    "settled": "check_input_unset check_unset",
    "shipped": "Family families families_named find names note_files",
    "typed": "OPTIONS parse parse_alone",
    "variables": "Of Variable is_length not_among variables_of",
}

if not TYPE_CHECKING:  # else a name that is not there would be of any type
    __getattr__ = names_later(__name__, _ROOMS)

__all__ = [
    "MAX_MULTIPLE",
    "MULTIPLE",
    "OPTIONS",
    "REWRITES",
    "Draft",
    "Family",
    "Given",
    "LoadedTable",
    "ModelDraft",
    "ModelKind",
    "Of",
    "OwnTable",
    "Plan",
    "Rewrite",
    "Variable",
    "as_model",
    "as_network",
    "batch_of",
    "check_input_unset",
    "check_unset",
    "checked_model",
    "draft",
    "draft_of",
    "families",
    "families_named",
    "find",
    "fold",
    "is_length",
    "is_model",
    "is_path",
    "is_spec",
    "load",
    "load_table",
    "may_be_trusted",
    "model_kind",
    "names",
    "narrowed",
    "networks_of",
    "not_a_network",
    "not_among",
    "note_files",
    "of_modules",
    "one_line",
    "own_tables",
    "parse",
    "parse_alone",
    "planned",
    "read_rewrite",
    "read_table",
    "remember",
    "rewritten",
    "shown_object",
    "split_reference",
    "stands_for",
    "unquoted",
    "unread_note",
    "variables_of",
    "variants",
    "with_batch",
    "with_multiple",
]
