"""A network whose sizes are still open.

Built with whole numbers it is what a report shows, with names a formula or a sweep.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..core import INPUT, Network
from ..errors import FlopcountError, one_of, quote
from ..sizes import Shape, Size, as_size
from .builder import Builder
from .library import LoadedTable
from .networks import Options, changed
from .rewriting import Rewrite
from .trees import Source, layers_of
from .variables import CLASSES, SIDES, Of, Variable
from .widths import with_widths

SPEC_NOTE = (
    "where the spec says nothing else, convolutions are SAME with bias and ReLU, "
    "dense layers have a bias, pools are SAME"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A network before its sizes are known: a table or a spec, its options and rewrites."""

    name: str
    reference: str  # as typed, variants and rewrites too, but not what `options` say
    options: Options
    rewrites: tuple[Rewrite, ...] = ()
    table: LoadedTable | None = None  # this or the spec
    source: Source | None = None

    def variables(self) -> list[Variable]:
        """What can vary in it, but for the widths of single layers."""
        if self.source is not None:
            return list(dict.fromkeys((*SIDES, *_names_in(self.source))))
        if self.table is None:
            raise TypeError(self)
        return self.table.table.variables()

    def unknowns(self) -> list[Variable]:
        """Those of its `variables` that `build` cannot do without: the names in a spec."""
        if self.source is None:
            return []
        size = _names_in(replace(self.source, spec=()))
        widths = [name for name in _names_in(self.source) if name not in SIDES]
        return list(dict.fromkeys((*size, *widths)))

    def build(self, values: Mapping[Variable, Size] | None = None) -> Network:
        """Make it a network, with `values` for some of its `variables` or its layers' widths.

        Raises `FlopcountError` for a variable that it does not have, and where the network does
        not fit.
        """
        values = {key: as_size(value, key.name) for key, value in (values or {}).items()}
        known = self.variables() if values else []
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
        for step in self.rewrites:
            network = step.apply(network)
        return network

    def _options(self, values: Mapping[Variable, Size]) -> Options:
        """The options, with the widths among the values."""
        widths = {key: value for key, value in values.items() if key.of in (Of.ROW, Of.LAYER)}
        return replace(self.options, set={**self.options.set, **widths})

    def _from_table(self, table: LoadedTable, values: Mapping[Variable, Size]) -> Network:
        options = self._options(values)
        if any(side in values for side in SIDES):
            given = options.input or ()
            size = (*given, *table.table.size[len(given) :])
            sides = (values.get(side, size[axis]) for axis, side in enumerate(SIDES))
            options = replace(options, input=(*sides, *size[2:]))
        classes = values.get(CLASSES, options.classes)
        return replace(table.build(replace(options, classes=classes)), name=self.name)

    def _from_spec(self, source: Source, values: Mapping[Variable, Size]) -> Network:
        options = self._options(values)
        try:
            others = [variable for variable in options.set if variable.of is not Of.LAYER]
            if options.classes is not None or others or options.aux:
                raise FlopcountError("a spec has no classes, columns or auxiliary heads to change")
            builder = Builder(constants={key.name: value for key, value in values.items()})
            output = builder.row("spec", source.spec, {}, INPUT)
            if output == INPUT:
                raise FlopcountError("what comes out is the input itself; there is no layer")
            shape = _size_of(source, options, values)
            nodes = with_widths(builder.nodes, options.set)
        except FlopcountError as error:
            raise FlopcountError(f"spec {quote(str(source))}: {error}") from None
        return Network(
            name=self.name,
            nodes=nodes,
            inputs={INPUT: shape},
            output=output,
            notes=(*changed(options), SPEC_NOTE),
            changes=changed(options),
        )


def _names_in(source: Source) -> list[Variable]:
    """The names that a spec has for numbers: first those in its size, then those of widths."""
    names = [part for part in source.size or () if isinstance(part, str)]
    widths = (layer.width for layer in layers_of(source.spec))
    names += [width for width in widths if isinstance(width, str) and width != "in"]
    sides = {side.name: side for side in SIDES}
    return [sides.get(name, Variable(name, Of.SPEC)) for name in names]


def _size_of(source: Source, options: Options, values: Mapping[Variable, Size]) -> Shape:
    """A spec's input size: as written, overridden by the option, then by H and W."""
    size = list(options.input or ()) + list((source.size or ())[len(options.input or ()) :])
    if not source.size and len(size) < 3:
        raise FlopcountError("the spec has no input size (28x28x192 > …)")
    if len(size) < 3:
        text = quote("x".join(map(str, size)))
        raise FlopcountError(f"input {text} has no channel count (28x28x192, say)")
    named = {variable.name: value for variable, value in values.items()}
    for axis, side in enumerate(SIDES):
        size[axis] = values.get(side, size[axis])
    for axis, part in enumerate(size):
        if isinstance(part, str):
            if part not in named:
                raise FlopcountError(f"size {quote(part)} is a free name, not a number")
            size[axis] = named[part]
    height, width, channels = size
    return height, width, channels
