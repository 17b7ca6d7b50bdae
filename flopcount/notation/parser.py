"""The layer-spec language: text → tree, and back: `parse(str(tree)) == tree`.

    28x28x192 > [1x1: conv 1x1 64 | 5x5: conv 1x1 16 reduce > conv 5x5 32]

docs/notation.md is its manual. The parser keeps its own stack; the depth of a tree is limited.
"""

import re

from ..core.ops.words import OPS
from ..errors import FlopcountError
from .cursor import Cursor
from .frames import CLOSES, JOIN_OF, JOINED, Frame
from .inputs import ORDER, InputSize, check_no_size, in_order, read_size
from .layers import read_layer
from .numbers import (
    is_count,
    is_number,
    number,
    read_count,
)
from .sharing import check_repeated, share
from .tokens import Token, name_of
from .trees import (
    BRANCHES,
    JOINS,
    Arm,
    Bracket,
    Experts,
    From,
    Number,
    Ref,
    Repeat,
    Shared,
    Source,
    Spec,
    Term,
)
from .unknown import is_called, unknown_layer
from .vocabulary import RESERVED

MAX_DEPTH = 32  # of brackets, repeats and blocks within each other
MAX_SPEC = 100_000  # characters

# Two names alone have a capital, so that they are no layer's name.
_ALONE = re.compile(r"[0-9]+|[A-Z][0-9]*", re.ASCII)  # tokens, or a vector
_SIZE = re.compile(r"[0-9][^/=]*x.*|[A-Z]\w*x[A-Z0-9]\w*|\w+x\w+x\w+(x\w+)*", re.ASCII)


class _Parser:
    """One pass over the tokens; open brackets are a list, not Python's own stack."""

    def __init__(self, text: str) -> None:
        self.cursor = Cursor(text)
        self.stack = [Frame(Token("mark", "", 1))]

    def source(self, *, sized: bool) -> Source:
        """Read it all; an error names the column of the token that it is about."""
        try:
            size = self.size() if sized else None
            while self.cursor.next.kind != "end":
                frame = self.stack[-1]
                if frame.wants_term:
                    self.term(frame, self.cursor.take())
                else:
                    self.mark(frame, self.cursor.take())
            frame = self.stack[-1]
            self.cursor.take()
            if len(self.stack) > 1:
                raise FlopcountError(f"{frame.opener.text!r} is never closed")
            return Source(size, self.chain(frame))
        except FlopcountError as error:
            raise FlopcountError(f"column {self.cursor.read.start}: {error}") from None

    def size(self) -> InputSize | None:
        first = self.cursor.next
        if first.kind != "word" or first.text in OPS:
            return None
        second = self.cursor.tokens[1]
        is_alone = second.text == ">" and _ALONE.fullmatch(first.text)
        if not is_alone and not _SIZE.fullmatch(first.text):
            if second.text == ORDER and first.text.isdecimal():
                raise FlopcountError(f"{ORDER!r} is of a size with channels, not of {first.text}")
            if second.text == ">":
                check_no_size(first.text)
            return None
        self.cursor.take()
        ordered = second.kind == "word" and second.text == ORDER
        size = in_order(read_size(first.text, ordered=ordered, least=1 if is_alone else 2))
        if ordered:
            self.cursor.take()
        if not self.cursor.next_is(">"):
            raise FlopcountError(f"expected '>' and a layer after the input size {first.text!r}")
        self.cursor.take()
        return size

    def term(self, frame: Frame, token: Token) -> None:
        """Read what may stand after '>' or at the start of an arm."""
        if token.kind == "mark" and token.text in "[(":
            self.open(token)
        elif self.cursor.next_is("*") and frame.count is None and is_count(token.written):
            frame.count = read_count(token.written)
            self.cursor.take()
        elif token.kind != "word":
            raise FlopcountError(f"expected a layer, a block or a bracket, read {token.shown}")
        elif self.cursor.next_is(":"):
            if frame.terms or frame.label or frame.count or len(self.stack) == 1:
                raise FlopcountError(f"the label {token.text!r} does not start an arm of a bracket")
            frame.label = name_of(token.text, "label", reserved=False)
            self.cursor.take()
        elif token.text == "split":
            self.open(self.cursor.take(), split=True)
        elif token.text == "experts":
            experts = self.experts()
            self.open(self.cursor.take())
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
        count, top = self.expert("how many there are"), self.expert("top=2, say", "top=")
        if not self.cursor.next_is("["):
            raise self.no_experts(self.cursor.take(), "a bracket of what each is")
        return count, top

    def expert(self, wanted: str, key: str = "") -> Number:
        """Read one of the two numbers of experts, behind its key."""
        token = self.cursor.take()
        text = token.written.removeprefix(key)
        if not is_number(text) or not token.written.startswith(key):
            raise self.no_experts(token, wanted)
        return number(text, key.rstrip("=") or "the number of experts")

    def no_experts(self, token: Token, wanted: str) -> FlopcountError:
        return FlopcountError(
            f"experts want {wanted}, read {token.shown}; they are written as in "
            "'experts 8 top=2 [dense 64 relu > dense in]', of which each token takes 2"
        )

    def named(self, word: str) -> Term:
        """The term that a word starts."""
        if word == "from":
            return From(self.cursor.row())
        if word in OPS or word.partition("=")[0] == "norm":
            return read_layer(self.cursor, word)
        if word == "branches":
            return BRANCHES
        behind = self.cursor.words() if word in RESERVED else []
        if word in RESERVED and is_called(word, behind):
            raise FlopcountError(unknown_layer(word, rest=behind))
        return Ref(name_of(word, "layer or block"))

    def shared(self, frame: Frame) -> None:
        """Read a name, the spec in parentheses, or both."""
        name = ""
        if not self.cursor.next_is("("):
            token = self.cursor.take()
            if token.kind != "word" or token.text in RESERVED:
                raise FlopcountError(
                    "'shared' wants the name of a block or of a row, or a spec in parentheses: "
                    f"shared (conv 3x3 64); read {token.shown}"
                )
            if self.cursor.next_is("*") and is_count(token.written):
                raise FlopcountError(f"a repeat stands before 'shared': {token.text} * shared …")
            name = name_of(token.text, "name of what is shared")
        if not self.cursor.next_is("("):
            self.add(frame, Shared(name))
            return
        frame.shared = name
        self.term(frame, self.cursor.take())

    def mark(self, frame: Frame, token: Token) -> None:
        """Read what may stand after a term."""
        if token.kind != "mark" or token.text not in ">|+*)]":
            last = frame.terms[-1]
            last = last.spec[-1] if isinstance(last, Repeat) else last
            is_bare = self.cursor.tokens[self.cursor.at - 2].kind == "word"  # not in parentheses
            if is_bare and isinstance(last, Ref) and (token.kind != "mark" or is_called(last.name)):
                self.cursor.at -= 2
                name, behind = self.cursor.take().text, self.cursor.words()
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
