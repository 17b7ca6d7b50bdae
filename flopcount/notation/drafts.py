"""A network whose sizes are still open.

Built with whole numbers it is what a report shows, with symbols a formula, with arrays a sweep.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..core.graph import INPUT, Network
from ..errors import FlopcountError, one_of, quote
from ..rewrites.naive import Rewrite
from ..sizes.size import Shape, Size, as_size
from .builder import Builder
from .fields import with_size
from .library import LoadedTable
from .networks import Options, changed
from .trees import Source, layers_of
from .widths import is_layer, with_widths

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

    def variables(self) -> list[str]:
        """The names that `build` takes: H and W, classes, a row's columns, a spec's free names."""
        if self.source is not None:
            size = [part for part in self.source.size or () if isinstance(part, str)]
            widths = [
                layer.width
                for layer in layers_of(self.source.spec)
                if isinstance(layer.width, str) and layer.width != "in"
            ]
            return list(dict.fromkeys(["H", "W", *size, *widths]))
        if self.table is None:
            raise TypeError(self)
        table = self.table.table
        classes = [] if table.classes is None else ["classes"]
        return ["H", "W", *classes, *table.columns]

    def build(self, values: Mapping[str, Size] | None = None) -> Network:
        """Make it a network, with `values` for some of its `variables`.

        Raises `FlopcountError` for a name that is none of them, and where the network does not
        fit.
        """
        values = {name: as_size(value, name) for name, value in (values or {}).items()}
        known = self.variables() if values else []
        for name in values:
            if name not in known:
                raise FlopcountError(f"{quote(self.name)}: {one_of(name, known, 'name')}")
        if self.source is not None:
            network = self._from_spec(self.source, values)
        elif self.table is not None:
            network = self._from_table(self.table, values)
        else:
            raise TypeError(self)
        for step in self.rewrites:
            network = step.apply(network)
        return network

    def _from_table(self, table: LoadedTable, values: Mapping[str, Size]) -> Network:
        options = self.options
        if "H" in values or "W" in values:
            base = with_size(table.table.size, options.input or ())
            size = (values.get("H", base[0]), values.get("W", base[1]), base[2])
            options = replace(options, input=size)
        columns = {name: value for name, value in values.items() if "." in name}
        classes = values.get("classes", options.classes)
        network = table.build(replace(options, classes=classes, set={**options.set, **columns}))
        return replace(network, name=self.name)

    def _from_spec(self, source: Source, values: Mapping[str, Size]) -> Network:
        options = self.options
        try:
            columns = [name for name in options.set if not is_layer(name)]
            if options.classes is not None or columns or options.aux:
                raise FlopcountError("a spec has no classes, columns or auxiliary heads to change")
            builder = Builder(constants=values)
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
        )


def _size_of(source: Source, options: Options, values: Mapping[str, Size]) -> Shape:
    """A spec's input size: as written, overridden by the option, then by H and W."""
    size = list(options.input or ()) + list((source.size or ())[len(options.input or ()) :])
    if not source.size and len(size) < 3:
        raise FlopcountError("the spec has no input size (28x28x192 > …)")
    if len(size) < 3:
        text = quote("x".join(map(str, size)))
        raise FlopcountError(f"input {text} has no channel count (28x28x192, say)")
    for axis, name in enumerate(("H", "W")):
        size[axis] = values.get(name, size[axis])
    for axis, part in enumerate(size):
        if isinstance(part, str):
            if part not in values:
                raise FlopcountError(f"size {quote(part)} is a free name, not a number")
            size[axis] = values[part]
    height, width, channels = size
    return height, width, channels
