"""Our dataclasses beside Python's own: what is made of the same class by both."""

import copy
import dataclasses
import pickle
import subprocess
import sys
from typing import Any, ClassVar

import pytest

from flopcount import records

FRAMES = [dataclasses, records]


def made(library: Any, **options: bool) -> type:
    """A class with fields of each kind, made a dataclass by one library."""

    class Base:
        name: str
        sizes: dict[str, int] = library.field(default_factory=dict, compare=False)

    class Layer(library.dataclass(**options)(Base)):  # type: ignore[misc]
        kinds: ClassVar[int] = 3
        width: int = 4
        note: str = library.field(default="", repr=False, hash=False)
        seen: int = library.field(default=7, init=False)
        cache: list[int] = library.field(default_factory=list, init=False, compare=False)
        last: int = library.field(default=0, kw_only=True)

    return library.dataclass(**options)(Layer)  # type: ignore[no-any-return]


@pytest.mark.parametrize("options", [{}, {"frozen": True}, {"eq": False}, {"repr": False}])
def test_instances_are_as_those_of_dataclasses(options: dict[str, bool]) -> None:
    theirs, ours = [made(library, **options) for library in FRAMES]
    for args, settings in [
        (("a",), {}),
        (("a", {"b": 1}, 2), {"last": 5}),
        ((), {"name": "a", "note": "n"}),
    ]:
        one, other = theirs(*args, **settings), ours(*args, **settings)
        assert vars(one) == vars(other)
        if options.get("repr", True):
            assert repr(one) == repr(other)
        assert theirs.__match_args__ == ours.__match_args__
        assert (theirs.__hash__ is None) == (ours.__hash__ is None)
        if ours.__hash__ is not None and options.get("eq", True):
            assert hash(one) == hash(other)
        again = ours(*args, **settings)
        assert (other == again) == (one == theirs(*args, **settings))
        assert (other == records.replace(other, width=9)) == (
            one == dataclasses.replace(one, width=9)
        )
        assert copy.deepcopy(other) == other or not options.get("eq", True)


@pytest.mark.parametrize("args", [(), ("a", {}, 1, "n", 5), ("a",) * 9])
def test_wrong_calls_are_refused_as_by_dataclasses(args: tuple[object, ...]) -> None:
    for library in FRAMES:
        with pytest.raises(TypeError, match=r"__init__\(\) (missing|takes)"):
            made(library)(*args)
        with pytest.raises(TypeError, match="unexpected keyword argument 'seen'"):
            made(library)("a", seen=1)


def test_a_frozen_instance_is_not_changed_and_a_plain_subclass_adds_to_it() -> None:
    for library in FRAMES:
        frozen = made(library, frozen=True)
        for change in (setattr, lambda one, name, _: delattr(one, name)):
            with pytest.raises(dataclasses.FrozenInstanceError, match="field 'width'"):
                change(frozen("a"), "width", 1)

        class Plain(frozen):  # type: ignore[misc,valid-type]
            pass

        plain = Plain("a")
        plain.mine = 1
        assert plain.mine == 1
        with pytest.raises(dataclasses.FrozenInstanceError):
            plain.width = 1


def test_functions_of_dataclasses_take_ours() -> None:
    theirs, ours = [made(library, frozen=True) for library in FRAMES]
    one, other = theirs("a", {"b": 1}, last=3), ours("a", {"b": 1}, last=3)
    assert dataclasses.is_dataclass(ours)
    assert dataclasses.asdict(other) == dataclasses.asdict(one)
    assert dataclasses.astuple(other) == dataclasses.astuple(one)
    assert dataclasses.replace(other, name="b") == records.replace(other, name="b")
    for own, its in zip(dataclasses.fields(ours), dataclasses.fields(theirs), strict=True):
        shown = [
            (field.name, field.type, field.default, field.init, field.kw_only)
            for field in (own, its)
        ]
        assert shown[0] == shown[1]


def test_our_functions_take_dataclasses_of_pythons() -> None:
    theirs, ours = [made(library) for library in FRAMES]
    assert records.fields(theirs) == records.fields(ours)
    assert records.replace(theirs("a"), width=1) == dataclasses.replace(theirs("a"), width=1)
    assert records.fields(3) == ()


def test_each_may_be_the_base_of_the_other() -> None:
    for first, second in (FRAMES, FRAMES[::-1]):

        @second.dataclass(frozen=True)
        class Sub(made(first, frozen=True)):  # type: ignore[misc]
            more: int = 1

        assert [field.name for field in records.fields(Sub)][-1] == "more"
        assert [field.name for field in dataclasses.fields(Sub)][-1] == "more"
        assert Sub("a", last=2, more=3).more == 3
        assert Sub("a") == Sub("a") != Sub("b")


@records.dataclass(frozen=True)
class Kept:
    """One that pickle finds."""

    size: int

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError(self.size)


def test_what_follows_init_runs_and_instances_are_pickled() -> None:
    assert pickle.loads(pickle.dumps(Kept(3))) == Kept(3)  # noqa: S301  our own
    with pytest.raises(ValueError, match="-1"):
        Kept(-1)
    assert repr(Kept(3)) == "Kept(size=3)"


def test_a_start_loads_neither_dataclasses_nor_the_parser_for_a_model() -> None:
    code = (
        "import sys, flopcount.notation.models, flopcount.api\n"
        "heavy = {'dataclasses', 'inspect', 'tomllib', 'flopcount.notation.parser'}\n"
        "print(*sorted(heavy & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.split() == []
