"""One layer of a spec: the kernel or number behind its word, its width, and its words."""

from ..core import SINGLE
from ..core.ops.words import OPS
from ..errors import FlopcountError
from .behind import check_one, further_number, has_another, wanted
from .cursor import Cursor
from .numbers import check_columns, is_window, read_width, read_window, width_text
from .together import check_together
from .trees import Layer, PerAxis, Width
from .vocabulary import canonical, is_word, settings, takes


def read_layer(cursor: Cursor, op: str) -> Layer:
    """Read what stands behind an op's word, which was taken.

    Raises `FlopcountError` for what the op does not take, and where something is missing.
    """
    words: list[str] = []
    if op.partition("=")[0] == "norm":  # as a layer of its own: the word says which
        words.append(op)
        op = "norm"
        settings(words, op)
    kind = OPS[op]
    kernel, stride = _kernel(cursor, op)
    width = _width(cursor, op, kernel) if kind.width and not _without_width(cursor, op) else None
    reads = ""
    while cursor.next.kind == "word":
        token = cursor.take()
        if token.text == "from":
            reads = _reads(cursor, op, reads)
            continue
        if is_window(token.written):
            raise FlopcountError(further_number(op, token.written, cursor.words()))
        words.append(token.written)
        check_columns(words[-1])
        settings(words, op)
    given = settings(words, op)
    check_one(op, given, kernel=kernel is not None)
    check_together(op, given, width)
    if op == "norm" and words == ["norm"]:
        words = []
    axes = 0 if kind.kernel in SINGLE else len(kernel or ())
    return Layer(op, kernel, stride, width, canonical(words, axes), reads)


def _kernel(cursor: Cursor, op: str) -> tuple[PerAxis | None, PerAxis]:
    """The kernel and its stride, or the factor, margin or number in its place; None without."""
    token, what = cursor.next, OPS[op].kernel
    if not what:
        return None, (1,)
    if token.kind not in ("word", "column") or not is_window(token.written):
        if not has_another(op):
            raise FlopcountError(f"{op} wants {wanted(op)}, read {cursor.take().shown}")
        return None, (1,)
    cursor.take()
    if "/" in token.text and what != "kernel":
        plainly = wanted(op).partition(" such as")[0].rstrip(",")
        raise FlopcountError(f"{op} wants {plainly}, and no stride behind it")
    kernel, stride = read_window(token.written, what)
    if what in SINGLE and len(kernel) > 1:
        raise FlopcountError(f"{op} wants {wanted(op)}, read {token.shown}")
    return kernel, stride


def _reads(cursor: Cursor, op: str, before: str) -> str:
    """The row that a layer reads besides what comes."""
    if "from" not in OPS[op].takes:
        raise FlopcountError(f"{op} takes no 'from'; it starts a chain: from row > {op} …")
    if before:
        raise FlopcountError(f"'from' is there twice; {op} reads one row besides what comes")
    return cursor.row()


def _without_width(cursor: Cursor, op: str) -> bool:
    """Whether no width stands here, and none has to."""
    token = cursor.next
    if "tied" in OPS[op].takes and token.text.startswith("tied="):
        return True
    if "width" not in OPS[op].optional:
        return False
    return token.kind not in ("word", "column") or is_word(token.text)


def _width(cursor: Cursor, op: str, kernel: PerAxis | None) -> Width:
    token = cursor.take()
    if token.kind in ("word", "column") and not (takes(op, token.text) or "=" in token.text):
        text, cursor.at = width_text(cursor.tokens, cursor.at)
        width = read_width(text)
        if width is not None:
            return width
    if OPS[op].kernel in SINGLE:
        raise FlopcountError(f"{op} wants {wanted(op)}, read {token.shown}")
    if kernel and len(kernel) == 1:  # was it meant as the width?
        raise FlopcountError(
            f"{op} wants a kernel and a width (its output channels), "
            f"read '{kernel[0]}' and {token.shown}"
        )
    raise FlopcountError(f"{op} wants a width (its output channels), read {token.shown}")
