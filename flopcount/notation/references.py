"""From what a user types to a network: ``name@variant@rewrite=…``, a path, a spec, or a model."""

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..core import Network
from ..errors import FlopcountError, quote, shorten
from ..reading import texts
from .models import is_model, model_draft
from .no_network import shown_object
from .remembered import remember

if TYPE_CHECKING:
    from .drafts import Draft
    from .library import LoadedTable
    from .rewriting import Rewrite


def split_reference(reference: str) -> tuple[str, list[str]]:
    """Split ``name@variant@…``; in a path, ``@`` counts only after its last ``/``.

    A ``/`` in ``@set=3a/5x5/1:24`` or ``@reduce=3a/*`` is of a layer's path, not of a file's.

    >>> split_reference("nets@home/my.toml@wide")
    ('nets@home/my.toml', ['wide'])
    """
    words = reference.split("@")
    folders = [
        place
        for place, word in enumerate(words)
        if "/" in word and not (place and word.startswith(("set=", "reduce=")))
    ]
    end = max(folders, default=0) + 1
    return "@".join(words[:end]), words[end:]


def may_be_trusted(reference: str | os.PathLike[str]) -> bool:
    """Whether a reference is to a model's file, of which there may be code to trust."""
    from ..frameworks.sources import may_hold_code

    head = split_reference(os.fspath(reference))[0]
    return is_model(head) and may_hold_code(head)


def is_spec(text: str) -> bool:
    """Whether a user's text is a spec rather than a name or a path."""
    if text.casefold().endswith(".toml") or not any(_marks_spec(sign) for sign in text):
        return False
    if any(sign in ">[|*" for sign in text):
        return True
    from .library import stands_for

    return not stands_for(text)


def _marks_spec(sign: str) -> bool:
    return sign.isspace() or sign in ">[](|*"


def draft(  # noqa: PLR0913  the options of a network
    reference: str | os.PathLike[str],
    *,
    input: str | Mapping[str, str] | None = None,  # noqa: A002  the option's name on the command line
    classes: int | str | None = None,
    set: Mapping[str, int | str] | None = None,  # noqa: A002  likewise
    aux: bool = False,
    past: int | str | None = None,
    reduce: str | Sequence[str] = (),
    trust: bool = False,
) -> "Draft":
    """Read a reference without building it yet; the options are those of `load`."""
    if not isinstance(reference, str | os.PathLike):
        raise FlopcountError(
            f"a network is named by a text or a path, not by {shown_object(reference)}"
        )
    if set is not None and not isinstance(set, Mapping):
        raise FlopcountError(f"set is {quote(set)}, not widths by column: {{'3a.r5': 24}}")
    head, modifiers = split_reference(os.fspath(reference))
    if trust and not may_be_trusted(reference):
        raise FlopcountError(
            f"trust: {shorten(head)} is no file that may hold code, as .keras and .h5 files are"
        )
    marks = [_mark(text) for text in texts(reduce, "reduce", "paths of layers")]
    given = {"input": input, "classes": classes, "set": set, "aux": aux, "past": past}
    if is_model(head):
        return model_draft(head, modifiers, marks, given, trust=trust)  # type: ignore[return-value]
    from .typed import typed_draft

    return typed_draft(head, modifiers, marks, given, spec=is_spec(head))


def _mark(text: str) -> "Rewrite":
    from .rewriting import read_rewrite

    return read_rewrite("reduce", text)


def load(reference: str | os.PathLike[str], **options: Any) -> Network:
    """Load a network by its reference; the options are those of `draft`."""
    plan = draft(reference, **options)
    return remember(plan.build(), plan)


def load_table(reference: str) -> "LoadedTable":
    """Read the table behind a name or a path, with its ``@variants``, and no rewrites."""
    head, overlays = split_reference(reference)
    if is_model(head):
        raise FlopcountError(f"{quote(head)} is a model; expected a network's name or a table")
    if is_spec(head):
        raise FlopcountError(f"{quote(head)} is a spec; expected a network's name or a table")
    from .library import read_table

    return read_table(head).with_variants(overlays)
