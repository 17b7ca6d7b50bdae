"""The layer-spec language: text → tree, and back: `parse(str(tree)) == tree`.

    28x28x192 > [1x1: conv 1x1 64 | 5x5: conv 1x1 16 reduce > conv 5x5 32]

docs/notation.md is its manual. The parser keeps its own stack; the depth of a tree is limited.
"""

import re

from ..core import OPS, SINGLE
from ..errors import FlopcountError
from .behind import check_one, has_another, wanted
from .frames import CLOSES, JOIN_OF, JOINED, Frame
from .inputs import ORDER, InputSize, in_order, read_size
from .numbers import (
    check_columns,
    is_count,
    is_window,
    numbers,
    read_count,
    read_width,
    read_window,
    width_text,
)
from .sharing import check_repeated, share
from .tokens import Token, name_of, tokens, words_of
from .trees import (
    BRANCHES,
    JOINS,
    Arm,
    Bracket,
    Experts,
    From,
    Layer,
    Number,
    PerAxis,
    Ref,
    Repeat,
    Shared,
    Source,
    Spec,
    Term,
    Width,
)
from .unknown import is_called, unknown_layer
from .vocabulary import RESERVED, canonical, is_word, settings

MAX_DEPTH = 32  # of brackets, repeats and blocks within each other
MAX_SPEC = 100_000  # characters

# Two names alone have a capital, so that they are no layer's name.
_ALONE = re.compile(r"[0-9]+|[A-Z][0-9]*", re.ASCII)  # tokens, or a vector
_SIZE = re.compile(r"[0-9][^/=]*x.*|[A-Z]\w*x[A-Z0-9]\w*|\w+x\w+x\w+(x\w+)*", re.ASCII)


class _Parser:
    """One pass over the tokens; open brackets are a list, not Python's own stack."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
        self.at = 0
        self.read = self.tokens[0]  # the token that an error is about
        self.stack = [Frame(Token("mark", "", 1))]

    def take(self) -> Token:
        self.read = token = self.tokens[self.at]
        self.at += token.kind != "end"
        return token

    def next_is(self, mark: str) -> bool:
        return self.tokens[self.at].kind == "mark" and self.tokens[self.at].text == mark

    def source(self, *, sized: bool) -> Source:
        """Read it all; an error names the column of the token that it is about."""
        try:
            size = self.size() if sized else None
            while self.tokens[self.at].kind != "end":
                frame = self.stack[-1]
                if frame.wants_term:
                    self.term(frame, self.take())
                else:
                    self.mark(frame, self.take())
            frame = self.stack[-1]
            self.take()
            if len(self.stack) > 1:
                raise FlopcountError(f"{frame.opener.text!r} is never closed")
            return Source(size, self.chain(frame))
        except FlopcountError as error:
            raise FlopcountError(f"column {self.read.start}: {error}") from None

    def size(self) -> InputSize | None:
        first, second = self.tokens[0], self.tokens[min(1, len(self.tokens) - 1)]
        if first.kind != "word" or first.text in OPS:
            return None
        is_alone = second.text == ">" and _ALONE.fullmatch(first.text)
        if not is_alone and not _SIZE.fullmatch(first.text):
            return None
        self.take()
        ordered = second.kind == "word" and second.text == ORDER
        size = in_order(read_size(first.text, ordered=ordered, least=1 if is_alone else 2))
        if ordered:
            self.take()
        if not self.next_is(">"):
            raise FlopcountError(f"expected '>' and a layer after the input size {first.text!r}")
        self.take()
        return size

    def term(self, frame: Frame, token: Token) -> None:
        """Read what may stand after '>' or at the start of an arm."""
        if token.kind == "mark" and token.text in "[(":
            self.open(token)
        elif self.next_is("*") and frame.count is None and is_count(token.written):
            frame.count = read_count(token.written)
            self.take()
        elif token.kind != "word":
            raise FlopcountError(f"expected a layer, a block or a bracket, read {token.shown}")
        elif self.next_is(":"):
            if frame.terms or frame.label or frame.count or len(self.stack) == 1:
                raise FlopcountError(f"the label {token.text!r} does not start an arm of a bracket")
            frame.label = name_of(token.text, "label", reserved=False)
            self.take()
        elif token.text == "split":
            self.open(self.take(), split=True)
        elif token.text == "experts":
            experts = self.experts()
            self.open(self.take())
            self.stack[-1].experts = experts
        elif token.text == "shared":
            self.shared(frame)
        else:
            self.add(frame, self.named(token.text))

    def open(self, token: Token, *, split: bool = False) -> None:
        if token.kind != "mark" or token.text not in "[(":
            raise FlopcountError(
                f"'split' wants a bracket, as in split [a | b], read {token.shown}"
            )
        if len(self.stack) > MAX_DEPTH:
            raise FlopcountError(f"brackets are nested more than {MAX_DEPTH} deep")
        self.stack.append(Frame(token, split))

    def experts(self) -> tuple[Number, Number]:
        """Read how many experts there are, and how many of them a token takes."""
        count, top = self.take(), self.take()
        key, equals, value = top.written.partition("=")
        if not (is_window(count.written) and equals and key == "top" and self.next_is("[")):
            raise FlopcountError(
                "'experts' wants how many, how many a token takes, and what each is: "
                f"experts 8 top=2 [dense 64 relu > dense in]; read {count.shown}"
            )
        (many,), (some,) = numbers(count.written, "experts"), numbers(value, "top")
        return many, some

    def named(self, word: str) -> Term:
        """The term that a word starts."""
        if word == "from":
            return From(self.row())
        if word in OPS or word.partition("=")[0] == "norm":
            return self.layer(word)
        if word == "branches":
            return BRANCHES
        behind = words_of(self.tokens[self.at :]) if word in RESERVED else []
        if word in RESERVED and is_called(word, behind):
            raise FlopcountError(unknown_layer(word, rest=behind))
        return Ref(name_of(word, "layer or block"))

    def shared(self, frame: Frame) -> None:
        """Read a name, the spec in parentheses, or both."""
        name = ""
        if not self.next_is("("):
            token = self.take()
            if token.kind != "word" or token.text in RESERVED:
                raise FlopcountError(
                    "'shared' wants the name of a block or of a row, or a spec in parentheses: "
                    f"shared (conv 3x3 64); read {token.shown}"
                )
            if self.next_is("*") and is_count(token.written):
                raise FlopcountError(f"a repeat stands before 'shared': {token.text} * shared …")
            name = name_of(token.text, "name of what is shared")
        if not self.next_is("("):
            self.add(frame, Shared(name))
            return
        frame.shared = name
        self.term(frame, self.take())

    def row(self) -> str:
        token = self.take()
        if token.kind != "word":
            raise FlopcountError(f"'from' wants a row, read {token.shown}")
        return name_of(token.text, "row after 'from'", reserved=False)

    def mark(self, frame: Frame, token: Token) -> None:
        """Read what may stand after a term."""
        if token.kind != "mark" or token.text not in ">|+*)]":
            last = frame.terms[-1]
            last = last.spec[-1] if isinstance(last, Repeat) else last
            is_bare = self.tokens[self.at - 2].kind == "word"  # not in parentheses
            if is_bare and isinstance(last, Ref) and (token.kind != "mark" or is_called(last.name)):
                self.at -= 2
                name, behind = self.take().text, words_of(self.tokens[self.at :])
                raise FlopcountError(unknown_layer(name, rest=behind, known=["branches"]))
            raise FlopcountError(f"expected '>' or the end of the chain, read {token.shown}")
        if token.text == ">":
            frame.wants_term = True
        elif token.text in JOIN_OF:
            join = JOIN_OF[token.text]
            opener, _, closer = JOINS[join]
            if frame.opener.text != opener:
                raise FlopcountError(f"{token.text!r} stands outside {opener} {closer} {JOINED}")
            if frame.join not in ("", join):
                other = JOINS[frame.join][1]
                raise FlopcountError(f"{other!r} and {token.text!r} stand in one {opener} {closer}")
            frame.join = join
            self.arm(frame)
        elif frame.opener.text != CLOSES[token.text]:
            raise FlopcountError(f"{token.text!r} closes no {CLOSES[token.text]!r}")
        else:
            self.close(frame)

    def chain(self, frame: Frame) -> Spec:
        if frame.wants_term:
            raise FlopcountError("expected a layer, a block or a bracket, read the end")
        return tuple(frame.terms)

    def arm(self, frame: Frame) -> None:
        frame.arms.append(Arm(frame.label, self.chain(frame)))
        frame.label, frame.terms, frame.wants_term = None, [], True

    def close(self, frame: Frame) -> None:
        if frame.wants_term:
            raise FlopcountError(
                "expected a layer, a block or a bracket before the closing bracket"
            )
        self.stack.pop()
        if frame.experts:
            if frame.arms or frame.label:
                raise FlopcountError("experts are alike: one spec stands in their bracket")
            self.add(self.stack[-1], Experts(*frame.experts, tuple(frame.terms)))
            return
        if frame.opener.text == "(" and not frame.arms:
            if frame.label:
                raise FlopcountError(f"the label {frame.label!r} is not of an arm")
            if frame.split:
                raise FlopcountError("'split' wants a bracket of two arms or more")
            self.add(self.stack[-1], *frame.terms)
            return
        self.arm(frame)
        if len(frame.arms) < 2:
            raise FlopcountError("a bracket [ ] needs at least two arms, with '|' between them")
        self.add(self.stack[-1], Bracket(frame.join, tuple(frame.arms), frame.split))

    def add(self, frame: Frame, *terms: Term) -> None:
        if frame.shared is not None:
            terms = (share(frame.shared, terms),)
            frame.shared = None
        if isinstance(terms[0], From) and (frame.terms or frame.count is not None):
            raise FlopcountError("'from' does not start its chain")
        if frame.count is not None:
            terms = (Repeat(frame.count, terms),)
        frame.terms.extend(terms)
        frame.count, frame.wants_term = None, False

    def layer(self, op: str) -> Layer:
        words: list[str] = []
        if op.partition("=")[0] == "norm":  # as a layer of its own: the word says which
            words.append(op)
            op = "norm"
            settings(words, op)
        kind = OPS[op]
        kernel: PerAxis | None = None
        stride: PerAxis = (1,)
        width = None
        token = self.tokens[self.at]
        if kind.kernel and token.kind in ("word", "column") and is_window(token.written):
            self.take()
            if "/" in token.text and kind.kernel != "kernel":
                raise FlopcountError(f"{op} wants a {kind.kernel}, and no stride behind it")
            kernel, stride = read_window(token.written, kind.kernel)
        elif kind.kernel and not has_another(op):
            raise FlopcountError(f"{op} wants {wanted(op)}, read {self.take().shown}")
        if kernel and kind.kernel in SINGLE and len(kernel) > 1:
            raise FlopcountError(f"{op} wants {wanted(op)}, read {self.read.shown}")
        reads = ""
        if kind.width and not self.without_width(op):
            width = self.width(op, kernel)
        while self.tokens[self.at].kind == "word":
            if self.tokens[self.at].text == "from" and "from" in kind.takes and not reads:
                self.take()
                reads = self.row()
                continue
            words.append(self.take().text)
            check_columns(words[-1])
            settings(words, op)
        check_one(op, settings(words, op), kernel=kernel is not None)
        if op == "norm" and words == ["norm"]:
            words = []
        axes = 0 if kind.kernel in SINGLE else len(kernel or ())
        return Layer(op, kernel, stride, width, canonical(words, axes), reads)

    def without_width(self, op: str) -> bool:
        """Whether no width stands here, and none has to."""
        token = self.tokens[self.at]
        if "tied" in OPS[op].takes and token.text.startswith("tied="):
            return True
        if "width" not in OPS[op].optional:
            return False
        return token.kind not in ("word", "column") or is_word(token.text)

    def width(self, op: str, kernel: PerAxis | None) -> Width:
        token = self.take()
        if token.kind in ("word", "column"):
            text, self.at = width_text(self.tokens, self.at)
            width = read_width(text)
            if width is not None:
                return width
        if kernel and len(kernel) == 1:  # was it meant as the width?
            raise FlopcountError(
                f"{op} wants a kernel and a width (its output channels), "
                f"read '{kernel[0]}' and {token.shown}"
            )
        raise FlopcountError(f"{op} wants a width (its output channels), read {token.shown}")


def parse(text: str, *, sized: bool = True) -> Source:
    """Read a spec; with `sized`, it may start with the size of its input.

    Raises `FlopcountError` with the column, what was read and what was expected.

    >>> str(parse("28×28×192>conv 1x1 16 reduce>conv 5x5/1 32 relu same"))
    '28x28x192 > conv 1x1 16 reduce > conv 5x5 32 same relu'
    """
    if len(text) > MAX_SPEC:
        raise FlopcountError(f"a spec of {len(text)} characters; the limit is {MAX_SPEC}")
    source = _Parser(text).source(sized=sized)
    check_repeated(source.spec)
    return source
