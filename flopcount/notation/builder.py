"""Tree → nodes: names layers, fills in blocks, columns and constants, multiplies repeats out."""

from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from itertools import chain, count, repeat
from types import MappingProxyType
from typing import Any

from ..core import INPUT, Node, Op, axes_after, width_of
from ..core.graph import layer_of, port
from ..core.ops.experts import Combine, Route, among_experts
from ..core.ops.joining import Add, Concat, Multiply, Split
from ..errors import FlopcountError, one_of, quote
from ..reading import MAX_LAYERS, MAX_SIZE
from ..records import replace
from ..sizes import Size
from .columns import Cells, Sized, count_of, filled, rounded_to, written_width
from .maker import Maker
from .places import Block, Place
from .recurrence import is_stacked, single_layers
from .scale import UNSCALED, Scale
from .sharing import Sharing, alone, is_one_layer
from .trees import (
    BRANCHES,
    Arm,
    Bracket,
    Experts,
    From,
    Layer,
    Ref,
    Repeat,
    Shared,
    Spec,
    Term,
    names_in,
)
from .tying import Embeddings
from .unknown import unknown_layer
from .vocabulary import Settings, builtin_defaults

_JOINS: Mapping[str, type[Op]] = {"concat": Concat, "add": Add, "multiply": Multiply}
_TOO_MANY = f"more than {MAX_LAYERS} layers once repeats are multiplied out"


class Builder:
    """Collects the nodes of a network, row by row.

    `blocks` by name; `constants` are the names a width may be besides a column; `defaults` are
    the table's words per kind of layer, `framework` says whose; `inputs` has the names of what
    enters, each with the number of axes of its grid; `scale` is what widths are multiplied by.
    """

    def __init__(  # noqa: PLR0913  what a table says
        self,
        blocks: Mapping[str, Block] | None = None,
        constants: Mapping[str, Size] | None = None,
        defaults: Mapping[str, Settings] | None = None,
        *,
        inputs: Mapping[str, int] = MappingProxyType({INPUT: 2}),
        framework: str = "keras",
        scale: Scale = UNSCALED,
    ) -> None:
        self.blocks = blocks or {}
        self.constants = constants or {}
        self._maker = Maker(defaults or builtin_defaults(), framework)
        self._scale = self._of_row = scale
        self._axes = dict(inputs)  # of the grid that a layer puts out, by its path
        self.nodes: list[Node] = []
        self.outputs = dict(zip(inputs, inputs, strict=True))  # row or module → path of its output
        self.used: set[str] = set()  # the constants that were some layer's width
        self._sharing = Sharing(self.nodes, self.blocks)
        self._embeddings = Embeddings(self.nodes)
        self._paths: set[str] = set()
        self._steps = 0

    def row(self, name: str, spec: Spec, columns: Cells, here: str) -> str:
        """Add a row of the table after the layer at path `here`; return its output's path.

        A block is a module; where the row holds several, they are numbered ``C.1``, ``C.2``, ….
        """
        numbers = count(1) if self._sharing.blocks(spec, columns) > 1 else None
        self._name(name)
        self._of_row = self._scale.widths_of(name)
        start = len(self.nodes)
        here = self._along(spec, Place(name, name, here, columns), here, numbers)
        self._sharing.add_row(name, spec, columns, start)
        self.outputs[name] = here
        return here

    def _along(self, spec: Spec, place: Place, here: str, numbers: "count[int] | None") -> str:
        """Add a chain of a row, whose blocks are modules; with `numbers` it holds several."""
        for term, repeated in self._unrolled(spec, place.columns):
            reused = self._sharing.find(term)
            block = reused.block if reused else term.name if isinstance(term, Ref) else ""
            with self._sharing.using(reused) if reused else nullcontext():
                if block:
                    module = place.module if numbers is None else f"{place.module}.{next(numbers)}"
                    if numbers is not None:
                        self._name(module)
                    here = self._block(block, Place(module, module, here, place.columns), here)
                    self.outputs[module] = here
                elif reused:
                    labelled = alone(spec) and not repeated
                    inside = place.again(reused, here, labelled=labelled)
                    here = self._along(reused.spec, inside, here, numbers)
                else:
                    here = self._term(term, place, here, repeated=repeated)
        return here

    def _name(self, name: str) -> None:
        if name in self.outputs:
            raise FlopcountError(f"two rows or modules are named {name!r}")

    def _unrolled(self, spec: Spec, columns: Cells) -> Iterator[tuple[Term, bool]]:
        """The terms of a chain, its repeats multiplied out, and whether each is repeated."""
        stack: list[tuple[Iterator[Term], bool]] = [(iter(spec), False)]
        unnamed: dict[int, Shared] = {}
        while stack:
            terms, repeated = stack[-1]
            term = next(terms, None)
            if term is None:
                stack.pop()
            elif isinstance(term, Repeat):
                times = count_of(term.count, columns)
                again = chain.from_iterable(repeat(term.spec, times))
                stack.append((again, repeated or times > 1))
                if not times:  # else what is repeated is a step each time
                    self._step()
            else:
                self._step()
                yield self._sharing.named(term, unnamed), repeated

    def _step(self) -> None:
        self._steps += 1
        if self._steps > 3 * MAX_LAYERS:  # a row used again takes three for a layer
            raise FlopcountError(_TOO_MANY)

    def _chain(self, spec: Spec, place: Place, here: str) -> str:
        for term, repeated in self._unrolled(spec, place.columns):
            here = self._term(term, place, here, repeated=repeated)
        return here

    def _term(self, term: Term, place: Place, here: str, *, repeated: bool) -> str:
        """Add a term after the layer at path `here`; return the path of its output."""
        if isinstance(term, Layer):
            return self._layer(term, place, here)
        if isinstance(term, Experts):
            return self._experts(term, place, here)
        if isinstance(term, Bracket):
            if repeated and place.labels_are_branches:
                place = replace(place, labels_are_branches=False)
            return self._bracket(term, place, here)
        if isinstance(term, From):
            if place.experts:
                raise FlopcountError("experts read what their token has, and not 'from' elsewhere")
            place.entry = self._row(term.row)  # it starts its chain, which owns its place
            return place.entry
        if not isinstance(term, Ref | Shared):
            raise TypeError(term)  # repeats are multiplied out by now
        return self._named(term, place, here)

    def _named(self, term: Ref | Shared, place: Place, here: str) -> str:
        """Add what has a name: a block, its branches, or what is used again."""
        if term == BRANCHES:
            return self._branches(place, here)
        reused = self._sharing.find(term)
        with self._sharing.using(reused) if reused else nullcontext():
            if reused and not reused.block:
                return self._chain(reused.spec, place.again(reused, here, labelled=False), here)
            inside = place.under(place.name(term.name), is_module=False, labels_are_branches=False)
            return self._block(term.name, inside, here)

    def _row(self, name: str) -> str:
        """The path of a row's output."""
        if name not in self.outputs:
            raise FlopcountError(one_of(name, self.outputs, "row after 'from'"))
        return self.outputs[name]

    def _block(self, name: str, place: Place, here: str) -> str:
        if name not in self.blocks:
            raise FlopcountError(unknown_layer(name, self.blocks))
        block = self.blocks[name]
        inside = replace(place, block=block, entry=here, by_word=True, single=False)
        return self._chain(block.layout, inside, here)

    def _branches(self, place: Place, here: str) -> str:
        """Fill in ``branches``: the block's named branches, side by side."""
        if place.block is None or not place.block.branches:
            raise FlopcountError("'branches' stands where no block has named branches")
        arms = place.block.branches
        inside = replace(place, block=None, labels_are_branches=place.is_module)
        if len(arms) == 1:
            return self._arm(arms[0], inside, inside.prefix, here)
        return self._bracket(Bracket("concat", arms), inside, here)

    def _bracket(self, bracket: Bracket, place: Place, here: str) -> str:
        ins = [here] * len(bracket.arms)
        if bracket.split:
            parted = self._add(place.name("split"), Split(len(ins)), (here,), place)
            ins = [port(parted, part) for part in range(len(ins))]
        path = place.name(bracket.join)
        base = place.prefix if place.by_word else path
        outputs = tuple(
            self._arm(arm, place, f"{base}/{arm.label or number}", ins[number - 1])
            for number, arm in enumerate(bracket.arms, 1)
        )
        return self._add(path, _JOINS[bracket.join](), outputs, place)

    def _experts(self, term: Experts, place: Place, here: str) -> str:
        """A router, what each expert is, and the sum of what the chosen ones put out."""
        if place.experts:
            raise FlopcountError("experts stand among experts: one choice is counted, not two")
        path = place.name("experts")
        many = count_of(term.count, place.columns, "the number of experts", MAX_SIZE)
        some = count_of(term.top, place.columns, "top", MAX_SIZE)
        routed = self._add(f"{path}/router", Route(many, some), (here,), place)
        inside = place.under(path, entry=routed, labels_are_branches=False, experts=many)
        chosen = self._chain(term.spec, inside, routed)
        return self._add(path, Combine(), (chosen, port(routed, 1)), place)

    def _arm(self, arm: Arm, place: Place, prefix: str, here: str) -> str:
        if arm.label and place.labels_are_branches:
            branch = f"{place.module}/{arm.label}"
            inside = place.under(branch, entry=here, labels_are_branches=False, branch=arm.label)
        elif place.by_word and not arm.label:
            inside = place.within(entry=here, labels_are_branches=False)
        else:
            single = is_one_layer(arm.spec, self._sharing.find)
            inside = place.under(prefix, entry=here, labels_are_branches=False, single=single)
        return self._chain(arm.spec, inside, here)

    def _layer(self, layer: Layer, place: Place, here: str) -> str:
        if is_stacked(layer):
            layer = filled(layer, place.columns)
            inside = replace(place, single=False, labels_are_branches=False)
            return self._chain(single_layers(layer), inside, here)
        try:
            layer, to = rounded_to(filled(layer, place.columns))
            width = written_width(
                layer.width, place.columns, self.constants, to, self._of_row.widened
            )
            embedding = self._embeddings.of(layer)
            if embedding:
                width = Sized(embedding.vocabulary)
            ops = self._maker.ops(layer, width.width, self._axes[layer_of(here)])
            ops = tuple([among_experts(op, place.experts) for op in ops])
            self._embeddings.check(ops[0], here)
            reads = (here, self._row(layer.reads)) if layer.reads else (here,)
        except FlopcountError as error:
            where = "" if place.prefix == place.module else f"{place.prefix}: "
            raise FlopcountError(f"{where}{quote(str(layer))}: {error}") from None
        self.used.update(names_in(layer.width))
        of: dict[str, Any] = {"multiple": (width.times, width.over, width.multiple)}
        of |= {"like": place.entry} if width.follows else {"base": width.base}
        if len(ops) > 1:
            place = replace(place, single=False)
        for op in ops:
            like = of if width_of(op) is not None else {}
            here = self._add(place.name(op.word), op, reads, place, **like)
            reads = (here,)
        if embedding:
            self._embeddings.tie(embedding)
        return here

    def _add(
        self,
        path: str,
        op: Op,
        inputs: tuple[str, ...],
        place: Place,
        **like: Any,
    ) -> str:
        if path in self._paths:
            raise FlopcountError(f"two layers are named {path}: each arm needs a label of its own")
        if len(self.nodes) >= MAX_LAYERS:
            raise FlopcountError(_TOO_MANY)
        self._paths.add(path)
        self.nodes.append(Node(path, op, inputs, place.scope, **like))
        self._axes[path] = axes_after(op, self._axes[layer_of(inputs[0])])
        self._sharing.added()
        return path
