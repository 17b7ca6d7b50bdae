"""What went wrong in a module's own code, in one line: where, what, and the cure."""

import re
from typing import Any

from ....errors import FlopcountError, listed
from ...models import code
from ...models.code import shapes, text_of
from ...models.inputs import Inputs
from ...models.inputs.typed import parameters
from .limits import Stopped
from .places import Place
from .trace import Failed

_SHAPES = re.compile(
    r"shape|size|dimension|\bdim\b|channels|mat1|rank|expected .*D \(|broadcast|unpack|[Ii]ndex out"
    r"|out of range|dtype|type Long|Float|Double|[Ii]nput type|scalar type"
    r"|expected .* dtype|got .*tensor|view\("
)
_ARGUMENTS = re.compile(r"missing .*argument|positional argument|unexpected keyword")
_CUDA = re.compile(r"CUDA|cuda|NVIDIA|HIP|mps|GPU|Device Propagation|same device")


def message(failed: Failed, module: Any, inputs: Inputs) -> FlopcountError:
    """The error of a reading: the module's path, the line of code, what it says, a cure."""
    error = failed.error
    where = _named(failed.place, module)
    line = line_of(error)
    at = f" (at {line})" if line else ""
    if isinstance(error, Stopped):
        return FlopcountError(f"{where} {error}")
    if isinstance(error, SystemExit):
        return FlopcountError(f"{where} ends the program{at}: it cannot be read")
    if failed.asked is not None:
        return FlopcountError(f"{where} depends on the data{at}: {said(error)}")
    cure = cure_of(error, parameters(module))
    return FlopcountError(f"{where} does not run on {shapes(inputs)}{at}: {said(error)}{cure}")


def _named(place: Place, module: Any) -> str:
    if not place.path:
        return type(module).__name__
    return f"{place.path} ({place.classes[-1]})"


def said(error: BaseException) -> str:
    """What an error says, on one line: its class where that is no plain RuntimeError."""
    return code.said(error, (RuntimeError, FlopcountError))


def cure_of(error: BaseException, takes: list[str]) -> str:
    """What helps against an error of a module that takes these inputs, as the end of a message."""
    text = text_of(error)
    if is_of_gpu(error):
        return "; move it to the CPU first: module.cpu(), and device='cpu' in its code"
    if isinstance(error, TypeError) and _ARGUMENTS.search(text):
        each = "--input NAME=1x128:int64 for each, or fc.inputs(NAME=(1, 128))"
        return f"; it takes {listed(takes[:8])}: {each}" if takes else f"; {each}"
    if isinstance(error, FileNotFoundError | PermissionError | EOFError):
        return "; a reading runs its code, which wants this"
    if _SHAPES.search(text):
        return "; other inputs: --input 1x3x224x224, --input 1x128:int64"
    return ""


def is_of_gpu(error: BaseException) -> bool:
    """Whether it is of a device that is not there, or of tensors on several."""
    return _CUDA.search(text_of(error)) is not None


def line_of(error: BaseException) -> str:
    """The line of code that an error is from, of the innermost that is not PyTorch's or ours."""
    return code.line_of(error, ("torch",))
