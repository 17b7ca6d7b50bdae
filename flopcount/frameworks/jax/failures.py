"""What went wrong in a function's own code, in one line: where, what, and the cure."""

import re
from collections.abc import Sequence

from ...errors import FlopcountError, listed, quote
from ..models import code
from ..models.code import line_of, shapes, text_of
from ..models.inputs import Inputs

_PACKAGES = ("jax", "jaxlib", "flax", "equinox", "jaxtyping", "numpy")
_DATA = {
    *("ConcretizationTypeError", "TracerBoolConversionError", "TracerArrayConversionError"),
    *("TracerIntegerConversionError", "NonConcreteBooleanIndexError"),
}
_ARGUMENTS = re.compile(r"missing .*argument|positional argument|unexpected keyword")


def message(
    error: BaseException, name: str, inputs: Inputs, takes: Sequence[str] = ()
) -> FlopcountError:
    """The error of a reading: the line of code, what it says, a cure."""
    line = line_of(error, _PACKAGES)
    at = f" (at {line})" if line else ""
    if isinstance(error, SystemExit):
        return FlopcountError(f"{name} ends the program{at}: it cannot be read")
    kind = type(error).__name__
    if kind in _DATA:
        return FlopcountError(
            f"{name} depends on the data{at}: {said(error)}; a flag is given as --input train=false"
        )
    return FlopcountError(
        f"{name} does not run on {shapes(inputs)}{at}: {said(error)}{_cure(error, takes)}"
    )


def said(error: BaseException) -> str:
    """What an error says, on one line: its class where that is no plain ValueError."""
    return code.said(error, (ValueError, RuntimeError))


def _cure(error: BaseException, takes: Sequence[str]) -> str:
    text = text_of(error)
    if isinstance(error, TypeError) and _ARGUMENTS.search(text):
        each = "--input NAME=1x128:int32 for each, --input train=false for a flag"
        return f"; it takes {listed(list(takes)[:8])}: {each}" if takes else f"; {each}"
    if isinstance(error, FileNotFoundError | PermissionError | EOFError):
        return "; a reading runs its code, which wants this"
    if isinstance(error, TypeError | ValueError) or "Shape" in type(error).__name__:
        return "; other inputs: --input 1x224x224x3, --input 1x128:int32"
    return ""


def failed(reference: str, what: str, error: BaseException) -> FlopcountError:
    """The error of code that is not run yet as a model: it cannot be imported, say."""
    line = line_of(error, _PACKAGES)
    at = f" (at {line})" if line else ""
    text = said(error) if not isinstance(error, SystemExit) else "it ends the program"
    return FlopcountError(f"{quote(reference)} {what}{at}: {text}")
