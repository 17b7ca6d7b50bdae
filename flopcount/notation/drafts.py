"""A network whose sizes are still open.

Built with whole numbers it is what a report shows, with names a formula or a sweep.
"""

from collections.abc import Mapping
from functools import cached_property

from ..core import INPUT, Network
from ..errors import FlopcountError, at, one_of, quote
from ..records import dataclass, replace
from ..rewrites import written_input
from ..sizes import Size, as_size
from .builder import Builder
from .ends import ALL, Inputs, changed_inputs, equal_grids
from .headings import defaults_note, unread_note
from .inputs import InputSize, input_of, shape_of
from .library import LoadedTable
from .networks import cells_of, changed
from .options import Options
from .past import of_one_token, on_past, past_names
from .rewriting import Rewrite
from .trees import Source, layers_of, names_in, reads_tokens
from .variables import CLASSES, Of, Variable, sides_of
from .vocabulary import builtin_defaults
from .widths import with_widths

MOST_REWRITTEN = 160_000  # layers, by all rewrites together: each goes through all of them


@dataclass(frozen=True)
class Draft:
    """A network before its sizes are known: a table or a spec, its options and rewrites."""

    name: str
    reference: str  # as typed, variants and rewrites too, but not what `options` say
    options: Options
    rewrites: tuple[Rewrite, ...] = ()
    table: LoadedTable | None = None  # this or the spec
    source: Source | None = None

    @property
    def inputs(self) -> Inputs:
        """The sizes of its inputs, as they stand or as the options have them.

        After a past one token enters, unless an option says how many. Raises `FlopcountError`
        where neither says a size, or they do not fit.
        """
        typed, given = self._typed_inputs(), self.options.input
        if self.options.past is None or ALL in given:
            return typed
        written = self._written
        return typed if written in given else of_one_token(typed, written)

    @cached_property
    def _written(self) -> str:
        """Of its inputs the one whose tokens are written one after the other."""
        inputs = self._typed_inputs()
        if len(inputs) == 1 or self.table is None:
            return next(iter(inputs))
        with at(f"past {self.options.past}"):
            return written_input(self.table.build(replace(self.options, past=None)))

    def _typed_inputs(self) -> Inputs:
        given = self.options.input
        if self.table is not None:
            own = self.table.table.inputs  # what is wrong in the text names its place
            with at(self.table.label):
                return changed_inputs(own, given)
        if self.source is None:
            raise TypeError(self)
        with at(f"spec {quote(str(self.source))}"):
            size, of_tokens = self.source.size, reads_tokens(self.source.spec)
            own = {INPUT: size or input_of(None, given.get(ALL), of_tokens=of_tokens)}
            return changed_inputs(own, given)

    @property
    def length(self) -> int:
        """How long the text is that it was read from, in bytes or, of a spec, in characters."""
        return self.table.size if self.table is not None else len(self.reference)

    @property
    def sides(self) -> tuple[Variable, ...]:
        """The sides of its input's grid: H and W of an image; none where inputs differ in them."""
        inputs = self.inputs
        return sides_of(next(iter(inputs.values()))) if equal_grids(inputs) else ()

    @property
    def own_sides(self) -> dict[str, list[Variable]]:
        """Where inputs differ in them, the sides of each: ``audio.L`` and ``text.T``."""
        if self.sides or self.table is None:
            return {}
        taken = {variable.name for variable in self.table.table.variables()}
        own = {
            name: [Variable(f"{name}.{side.name}", Of.SPEC) for side in sides_of(size)]
            for name, size in self.inputs.items()
        }
        return {
            name: sides for name, sides in own.items() if taken.isdisjoint(s.name for s in sides)
        }

    def variables(self) -> list[Variable]:
        """What can vary in it, but for the widths of single layers."""
        past = past_names(self.options.past)
        if self.source is not None:
            return list(dict.fromkeys((*self.sides, *self._names(self.source), *past)))
        if self.table is None:
            raise TypeError(self)
        own = [side for sides in self.own_sides.values() for side in sides]
        return [*self.sides, *own, *self.table.table.variables(), *past]

    def start(self, variable: Variable) -> Size:
        """What a column of a table's row has, or how many classes there are, before that varies."""
        if self.table is None:
            raise TypeError(self)
        table, options = self.table.table, self.options
        if variable.of is Of.ROW:
            return cells_of(table, options.set)[variable.row][variable.column]
        return table.classes if options.classes is None else options.classes

    def unknowns(self) -> list[Variable]:
        """Those of its `variables` that `build` cannot do without: a spec's names, an open past."""
        past = past_names(self.options.past)
        if self.source is None:
            return past
        size = self._names(replace(self.source, spec=()))
        widths = [name for name in self._names(self.source) if name.of is not Of.INPUT]
        return list(dict.fromkeys((*size, *widths, *past)))

    def _names(self, source: Source) -> list[Variable]:
        """The names that a spec has for numbers: first those in its size, then those of widths."""
        names = [part for part in source.size.axes if isinstance(part, str)] if source.size else []
        names += [name for layer in layers_of(source.spec) for name in names_in(layer.width)]
        sides = {side.name: side for side in self.sides}
        return [sides.get(name, Variable(name, Of.SPEC)) for name in names]

    def inputs_at(self, values: Mapping[Variable, Size]) -> Inputs:
        """The sizes of its inputs, with what `values` give for names and sides."""
        named, found = {key.name: value for key, value in values.items()}, {}
        own = self.own_sides
        for name, size in self.inputs.items():
            open_ = self.sides or own.get(name, ())
            sides = [values.get(side, size.axes[place]) for place, side in enumerate(open_)]
            axes = [named.get(axis, axis) for axis in (*sides, *size.axes[len(sides) :])]
            found[name] = InputSize(tuple(axes), ordered=True)
        return found

    def build(self, values: Mapping[Variable, Size] | None = None) -> Network:
        """Make it a network, with `values` for some of its `variables` or its layers' widths.

        Raises `FlopcountError` for a variable that it does not have, and where the network does
        not fit.
        """
        values = {key: as_size(value, key.name) for key, value in (values or {}).items()}
        known = dict.fromkeys(self.variables()) if values else {}
        for key in values:
            if key.of is not Of.LAYER and key not in known:
                cause = one_of(key.name, [variable.name for variable in known], "name")
                raise FlopcountError(f"{quote(self.name)}: {cause}")
        if self.source is not None:
            network = self._from_spec(self.source, values)
        elif self.table is not None:
            network = self._from_table(self.table, values)
        else:
            raise TypeError(self)
        network = on_past(network, self.options.past, values)
        for step in self.rewrites:
            if len(self.rewrites) * len(network.nodes) > MOST_REWRITTEN:
                raise FlopcountError(
                    f"{quote(self.name)}: {len(self.rewrites)} rewrites of {len(network.nodes):,} "
                    f"layers; at most {MOST_REWRITTEN:,} layers are rewritten, each each time"
                )
            network = step.apply(network, last=step is self.rewrites[-1])
        unread = unread_note(network)
        return replace(network, notes=(*network.notes, unread)) if unread else network

    def _options(self, values: Mapping[Variable, Size]) -> Options:
        """The options, with the widths among the values."""
        widths = {key: value for key, value in values.items() if key.of in (Of.ROW, Of.LAYER)}
        return replace(self.options, set={**self.options.set, **widths})

    def _from_table(self, table: LoadedTable, values: Mapping[Variable, Size]) -> Network:
        options = self._options(values)
        own = {side for sides in self.own_sides.values() for side in sides}
        if options.past is not None or not values.keys().isdisjoint({*self.sides, *own}):
            options = replace(options, input=self.inputs_at(values))
        classes = values.get(CLASSES, options.classes)
        return replace(table.build(replace(options, classes=classes)), name=self.name)

    def _from_spec(self, source: Source, values: Mapping[Variable, Size]) -> Network:
        options = self._options(values)
        size = self.inputs_at(values)[INPUT]
        with at(f"spec {quote(str(source))}"):
            others = [variable for variable in options.set if variable.of is not Of.LAYER]
            if options.classes is not None or others or options.aux:
                raise FlopcountError("a spec has no classes, columns or auxiliary heads to change")
            shape = shape_of(size)
            constants = {key.name: value for key, value in values.items()}
            builder = Builder(constants=constants, inputs={INPUT: len(shape) - 1})
            output = builder.row("spec", source.spec, {}, INPUT)
            if output == INPUT:
                raise FlopcountError("what comes out is the input itself; there is no layer")
            nodes = with_widths(builder.nodes, options.set)
        return Network(
            name=self.name,
            nodes=nodes,
            inputs={INPUT: shape},
            output=output,
            notes=(*changed(options), defaults_note("the spec", builtin_defaults(), nodes=nodes)),
            changes=changed(options),
        )
