"""Every kind of layer against its numeric twin: the price of a layer is checked on what it does."""

import re
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, NamedTuple
from zlib import crc32

import jax
import numpy as np
import pytest

import flopcount.core.ops
from flopcount.core.graph import INPUT, Network, Node, Scope, walk
from flopcount.core.nest import Nest, Tensor
from flopcount.core.op import Op, Work
from flopcount.core.ops.attention import Attention
from flopcount.core.ops.resampling import Upsample
from flopcount.core.ops.tail import Tail
from flopcount.frameworks.counting import counted
from flopcount.frameworks.literal import Chosen, Ran, run_through
from tests.core.attention_twins import beforehand
from tests.core.moving_twins import nearness
from tests.core.sequence_twins import TWINS
from tests.core.twins import divisors

QUICK, MANY = 2, 40  # so many ops of a kind are drawn


def kinds() -> list[type]:
    """Every class of flopcount/core/ops that is a kind of layer."""
    modules = [
        import_module(f"{flopcount.core.ops.__name__}.{module.name}")
        for module in iter_modules(flopcount.core.ops.__path__)
    ]
    return [
        kind
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type)
        and kind.__module__ == module.__name__
        and hasattr(kind, "nests")
        and kind is not Tail
    ]


def tensors(work: Work, inputs: list[Any], rng: np.random.Generator) -> dict[str, Any]:
    """The inputs under the names that nests give them, and parameters of the sizes that they have.

    A moving variance is not negative.
    """
    named = {f"x{place or ''}": array for place, array in enumerate(inputs)}
    for nest in work.nests:
        for parameter in (read for read in nest.form.reads if read.is_parameter):
            shape = [int(n) for axes in nest.axes(parameter) for n in axes]
            drawn = 0.5 * rng.standard_normal(shape)
            named[parameter.name] = abs(drawn) if parameter.name == "V" else drawn
    return named


def known(op: Op, *shapes: tuple[int, ...]) -> dict[str, Any]:
    """What a layer's nests read that is known beforehand: a mean's divisors, what is near.

    Of attention the angles of its places, and what lies in a cache.
    """
    if "avg" in getattr(op, "kind", ""):
        return {"n": divisors(op, shapes[0])}
    if isinstance(op, Attention):
        return beforehand(op, *shapes)
    return {"f": nearness(op, shapes[0][:-1])} if isinstance(op, Upsample) else {}


class Drawn(NamedTuple):
    """A layer with numbers: what its nests read by name, and the indices that the data chooses."""

    op: Op
    work: Work
    inputs: list[Any]
    named: dict[str, Any]
    chosen: Chosen

    @classmethod
    def of(cls, op: Op, shapes: list[tuple[int, ...]], rng: np.random.Generator) -> "Drawn":
        work = op.nests(*shapes)
        inputs = [0.3 * rng.standard_normal(shape) for shape in shapes]
        named = tensors(work, inputs, rng) | known(op, *shapes)
        return cls(op, work, inputs, named, TWINS[type(op)].chosen(op, inputs, named))

    def run(self, work: Work) -> tuple[list[Any], list[Ran]]:
        """What nests put out, and what each did."""
        held, ran = run_through(work.nests, self.named, chosen=self.chosen)
        return [held[name] for name in TWINS[type(self.op)].outputs], ran


def computed(drawn: Drawn) -> list[Any]:
    """What the twin puts out; compiled as one, since JAX compiles each step for each shape."""
    op, inputs = drawn.op, drawn.inputs
    named = drawn.named | {f"?{name}": table for name, (_, table) in drawn.chosen.items()}
    twin = TWINS[type(op)].compute
    quickly = {"xla_backend_optimization_level": 0}  # a shape is computed once
    whole = jax.jit(lambda xs, p: twin(op, *xs, p), compiler_options=quickly)
    found = whole(inputs, named)
    return [*map(np.asarray, found)] if isinstance(found, list) else [np.asarray(found)]


def alike(values: list[Any], expected: list[Any]) -> bool:
    """Whether nests put out what the twin does; parts of one tensor lie side by side."""
    if len(values) < len(expected):
        expected = [np.concatenate(expected, axis=-1)]
    return all(
        mine.size == theirs.size and np.allclose(mine.ravel(), theirs.ravel(), rtol=2e-3, atol=1e-4)
        for mine, theirs in zip(values, expected, strict=True)
    )


def layer(op: Op, shapes: list[tuple[int, ...]]) -> Network:
    """A network of one layer."""
    inputs = {f"{INPUT}.{place}": shape for place, shape in enumerate(shapes)}
    node = Node("layer", op, tuple(inputs), (Scope("layer"),))
    return Network("by hand", (node,), inputs, "layer")


def held_against(op: Op, shapes: list[tuple[int, ...]], rng: np.random.Generator) -> None:
    """Run an op's nests and its twin on the same numbers: values, shape, lines, and operations."""
    drawn = Drawn.of(op, shapes, rng)
    work = drawn.work
    expected = computed(drawn)
    assert tuple(array.shape for array in expected) == work.outputs
    if not work.nests:
        moved = sum(array.size for array in drawn.inputs)
        assert sum(array.size for array in expected) == moved  # not computed
        return
    values, ran = drawn.run(work)
    assert alike(values, expected)
    for nest, lines in zip(work.nests, ran, strict=True):
        assert lines.lines == nest.lines(inside=True)
        assert lines.all_lines == nest.lines()
    done = counted(work)
    (row,) = walk(layer(op, shapes))
    assert done.elements == row.count("activations")
    assert done.counts == {name: row.count(name) for name in done.counts}


def test_every_kind_of_layer_has_a_twin() -> None:
    assert set(kinds()) == set(TWINS)


@pytest.mark.parametrize("draws", [QUICK, pytest.param(MANY, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", TWINS, ids=lambda kind: kind.__name__)
def test_a_layer_computes_what_its_twin_does(kind: type, draws: int) -> None:
    rng = np.random.default_rng(crc32(kind.__name__.encode()))
    for _ in range(draws):
        op, shapes = TWINS[kind].draw(rng)
        try:
            held_against(op, shapes, rng)
        except AssertionError as error:
            raise AssertionError(f"{op} on {shapes}: {error}") from None


# -- broken on purpose: one letter in one bracket


def counts(work: Work) -> dict[str, Any]:
    """All that is counted off the nests of a layer."""
    return {
        "products": sum(nest.lines() for nest in work.nests if nest.contracts),
        **work.operations,
        **work.parameters,
    }


def written(tensor: Tensor) -> str:
    """A tensor as a nest has it, but for stars, which say nothing that the letters do not."""
    return f"{tensor.name}[{' '.join(tensor.axes)}]"


def with_letters_changed(nest: Nest) -> list[tuple[str, Nest]]:
    """The nest with one letter after the other changed to a new one, of 7, in each bracket."""
    form = nest.form
    plain = re.sub(r"\[[^]]*\]", lambda bracket: bracket[0].replace("*", ""), nest.text)
    changed = []
    for tensor in (form.result, *form.reads):
        for place, axis in enumerate(tensor.axes):
            if ":" in axis:
                continue  # its letters are changed where they stand alone
            axes = (*tensor.axes[:place], "z", *tensor.axes[place + 1 :])
            text = plain.replace(written(tensor), written(tensor._replace(axes=axes)), 1)
            sizes = {**nest.sizes, "z": 7}
            changed.append((text, nest._replace(text=text, sizes=sizes)))
    return changed


@pytest.mark.slow
@pytest.mark.parametrize("kind", TWINS, ids=lambda kind: kind.__name__)
def test_a_wrong_letter_is_found_by_counts_and_by_values(kind: type) -> None:
    rng = np.random.default_rng(7)
    seen: set[str] = set()
    for _ in range(12):
        op, shapes = TWINS[kind].draw(rng)
        drawn = Drawn.of(op, shapes, rng)
        work = drawn.work
        if seen.issuperset(nest.text for nest in work.nests):
            continue
        expected = computed(drawn)
        for place, nest in enumerate(work.nests):
            if nest.text in seen:
                continue
            seen.add(nest.text)
            noticed = False
            for text, wrong in with_letters_changed(nest):
                broken = Work((*work.nests[:place], wrong, *work.nests[place + 1 :]), work.outputs)
                noticed = noticed or counts(broken) != counts(work)
                try:
                    values, _ = drawn.run(broken)
                except (ValueError, KeyError, IndexError):
                    continue  # it does not even run
                assert not alike(values, expected), text
            copies = not (nest.form.operations or nest.form.reduction)  # nothing to count
            copies = copies or not nest.form.reads  # a number that is known beforehand
            assert noticed or copies, nest.text
