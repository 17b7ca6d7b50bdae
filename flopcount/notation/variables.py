"""What may vary in a network, and the names that are typed for it."""

import re
from collections.abc import Sequence
from enum import Enum

from ..errors import MOST_LISTED, FlopcountError, alike, one_of, quote
from ..reading import bare_name
from ..records import dataclass, field
from ..sizes import AXES
from .inputs import InputSize, side_names

_SOME = 8  # names of many in a message


class Of(Enum):
    """What a variable is of."""

    INPUT = "the input: a side of its grid"
    BATCH = "the input: how many samples a model takes at once"
    TABLE = "the table: its number of classes"
    ROW = "a row: what stands in one of its columns"
    LAYER = "a layer: its width"
    SPEC = "a name that stands for a number: of a spec, or of the tokens that came before"


@dataclass(frozen=True)
class Variable:
    """What may vary in a network; `name` is what is typed for it, in full.

    ``H``, ``W`` (``L`` of a sequence, ``D`` of a volume), ``classes``, ``3a.r5`` (the column r5 of
    the row 3a), ``3a/5x5/1`` (the layer of this path), or a spec's own name. Only a column
    has a `row` and a `column`; where that is no width, `role` says what it is: "a stride".
    """

    name: str
    of: Of
    row: str = ""
    column: str = ""
    role: str = field(default="", compare=False)


CLASSES = Variable("classes", Of.TABLE)
LENGTHS = ("T", "L")  # the tokens of a sequence, as the field writes them, are its length
_SIDES = {name for axes in AXES for name in side_names(axes)}


def sides_of(size: InputSize) -> tuple[Variable, ...]:
    """The sides of an input's grid.

    >>> [side.name for side in sides_of(InputSize((224, 224, 3)))]
    ['H', 'W']
    """
    return tuple([Variable(name, Of.INPUT) for name in size.sides])


def column_of(row: str, column: str, role: str = "") -> Variable:
    """A column of a row.

    >>> column_of("3a", "r5").name
    '3a.r5'
    """
    return Variable(f"{row}.{column}", Of.ROW, row, column, role)


def read_variable(text: object) -> Variable:
    """Read the full name of a variable. A row's or module's name may have dots, a column has none.

    Raises `FlopcountError` for what is no text.

    >>> read_variable("C.1.r5").row, read_variable("C.1/3x3/1").of.name, read_variable("r5").of.name
    ('C.1', 'LAYER', 'SPEC')
    """
    if not isinstance(text, str):
        raise FlopcountError(f"a width is named by a text such as '3a.r5', not by {quote(text)}")
    if text == CLASSES.name:
        return CLASSES
    if text in _SIDES:
        return Variable(text, Of.INPUT)
    if "/" in text:
        return Variable(text, Of.LAYER)
    row, dot, column = text.rpartition(".")
    return column_of(row, column) if dot else Variable(text, Of.SPEC)


def _in_modules(columns: Sequence[Variable], modules: Sequence[str]) -> tuple[Variable, ...]:
    """Those of a row that one of the modules is, or repeats; else of one in another spelling."""
    meant: tuple[Variable, ...] = ()
    plain = [module.partition("/")[0].removeprefix("inception_") for module in modules]
    for same in (str, bare_name):
        rows = {same(row) for module in plain for row in (module, module.rpartition(".")[0])}
        meant = meant or tuple(column for column in columns if same(column.row) in rows)
    return meant


def variables_of(
    name: str, known: Sequence[Variable], modules: Sequence[str] = (), what: str = "name"
) -> tuple[Variable, ...]:
    """Those of the `known` variables that a typed name sets, which may be short.

    ``input`` is all sides of the input, ``T`` the length of a sequence; a bare column is of the row
    that one of the `modules` is, or repeats (``C`` of C.1). Raises `FlopcountError` where the name
    is none of them, or of several rows, and for a column that is no width: with another stride it
    is another network, which no name stands for.

    >>> known = [column_of("3a", "r5"), column_of("3b", "r5")]
    >>> [variable.name for variable in variables_of("r5", known, ["inception_3a"])]
    ['3a.r5']
    """
    sides = tuple(variable for variable in known if variable.of is Of.INPUT)
    if name == "input" and sides:
        return sides
    named = _of_name(name, known)
    if named:
        return _widths(named)
    columns = [variable for variable in known if variable.of is Of.ROW and variable.column == name]
    meant = _in_modules(columns, modules)
    if len(meant) > 1:
        listed = " or ".join(sorted(variable.name for variable in meant))
        raise FlopcountError(f"{name} may be {listed}; name the row too")
    if not meant:
        listed = ", ".join(variable.name for variable in columns[:4])
        if columns and modules:
            raise FlopcountError(
                f"{name} is no column of {', '.join(map(quote, modules))}, but of other rows: "
                f"{listed}, …"
            )
        hint = f" (which row's? {listed}, …)" if columns else ""
        free = [variable.name for variable in known if not variable.role]
        if not sides and (name == "input" or name in _SIDES):
            why = "their sizes are different, or fixed by the model"
            own = ", ".join(one for one in free if one.rpartition(".")[2] in {*_SIDES, *LENGTHS})
            cure = f"; name one of them: {own}" if own else ""
            raise FlopcountError(f"{name} would be of all inputs, but {why}{cure}")
        names = [*(["input"] if sides else []), *free]
        raise FlopcountError(
            one_of(name, names, what) + hint if hint else not_among(name, names, what)
        )
    return _widths(meant)


def not_among(name: str, names: Sequence[str], what: str = "name") -> str:
    """Say that no variable has this name; of many it says some: the columns of the row meant."""
    said = one_of(name, names, what)
    if len(names) <= MOST_LISTED or alike(name, names):
        return said
    row = re.split("[./]", name)[0]
    some = [other for other in names if other.startswith(f"{row}.")] or names
    more = ", …" if len(some) > _SOME else ""
    return f"{said} (known: {', '.join(some[:_SOME])}{more})"


def _of_name(name: str, known: Sequence[Variable]) -> tuple[Variable, ...]:
    """Those of this full name; T and L are each the length of a sequence, where nothing else is."""
    named = tuple(variable for variable in known if variable.name == name)
    if named or name not in LENGTHS:
        return named
    return tuple([one for one in known if one.name in LENGTHS and one.of is Of.INPUT])


def is_length(name: str, known: Sequence[Variable]) -> bool:
    """Whether a name is the length of a sequence in other words.

    >>> is_length("T", [Variable("L", Of.INPUT)]), is_length("T", [Variable("T", Of.SPEC)])
    (True, False)
    """
    return any(variable.name != name for variable in _of_name(name, known))


def _widths(variables: tuple[Variable, ...]) -> tuple[Variable, ...]:
    for variable in variables:
        if variable.role:
            raise FlopcountError(
                f"{variable.name} is {variable.role}: only sizes and widths can be open; "
                f"--set {variable.name}=N builds the network with another, "
                f"and sweep --vary {variable.name}=… prices several"
            )
    return variables
