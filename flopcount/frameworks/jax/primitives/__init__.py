"""The table from a primitive of JAX's to an op: what each computes.

A rule reads a `Step` and says what it is. `PRIMITIVES` has one for each that is known; `CREATED`
are those that make an array from its shape, or draw it, `PASSED` those that hand on what they get,
`INLINED` those that only call an inner jaxpr. Whatever is in none of them is `Unknown`: a row with
its shapes and no counts.
"""

from ....core.ops.tensors import Unknown
from ...models.operands import Made
from ..values import Step
from . import elementwise, moving, products, reductions, views, windows  # noqa: F401  they register
from .table import PRIMITIVES, Priced, Viewed

__all__ = ["CREATED", "INLINED", "PASSED", "PRIMITIVES", "Priced", "Viewed", "made_of"]

CREATED = frozenset(
    [
        "iota",
        "empty",
        "empty2",
        "random_seed",
        "random_bits",
        "random_split",
        "random_fold_in",
        "random_clone",
        "random_wrap",
        "random_unwrap",
        "rng_bit_generator",
        "rng_uniform",
        "threefry2x32",
        "threefry4x32",
        "philox2x32",
        "philox4x32",
        "iota_2x32_shape",
        "create_token",
        "after_all",
        "platform_index",
        "axis_index",
        "dim_as_value",
        "create_linear",
    ]
)
PASSED = frozenset(
    [
        "stop_gradient",
        "copy",
        "copy_p",
        "name",
        "optimization_barrier",
        "sharding_constraint",
        "layout_constraint",
        "device_put",
        "reduce_precision",
        "pvary",
        "preduced",
        "reshard",
        "pin",
        "unpin",
        "pbroadcast",
        "tie",
        "with_memory_space_constraint",
        "reduced_vary_cast_p",
        "vary_unreduced_cast_p",
        "mesh_cast",
        "convert_element_type",
        "to_edtype",
        "from_edtype",
    ]
)
# Under which names of its parameters a call has the jaxpr that it calls, by its own name.
INLINED = dict.fromkeys(
    [
        "jit",
        "pjit",
        "closed_call",
        "core_call",
        "call",
        "remat",
        "remat2",
        "checkpoint",
        "custom_jvp_call",
        "custom_vjp_call",
        "custom_vjp_call_jaxpr",
        "custom_vmap_call",
        "composite",
        "xla_call",
    ],
    ("jaxpr", "call_jaxpr", "call", "fun_jaxpr"),
)


def made_of(step: Step) -> Priced | Viewed:
    """What a step is; one that nobody priced is unknown."""
    rule = PRIMITIVES.get(step.name)
    made = rule(step) if rule else None
    if made is None:
        made = Made(Unknown(step.name, step.outputs), step.operands)
    return Priced(made) if isinstance(made, Made) else made
