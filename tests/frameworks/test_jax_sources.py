"""Functions and modules by their names, and as objects: parameters, errors in one line."""

import sys
from collections.abc import Iterator

import equinox as eqx
import jax
import jax.numpy as jnp
import pytest
from flax import linen as nn

import flopcount as fc
from flopcount import FlopcountError
from flopcount.core import Counts
from flopcount.frameworks.jax.sources import imported

CODE = """
import equinox as eqx, jax, jax.numpy as jnp
from flax import linen as nn, nnx

w, b = jnp.ones((8, 4)), jnp.zeros(4)
params = {"dense": {"kernel": w, "bias": b}}
def closed(x): return x @ w + b
def apply(params, x): return x @ params["dense"]["kernel"] + params["dense"]["bias"]
def both(variables, x): return apply(variables, x)
def init(key, x): return {"kernel": jax.random.normal(key, (x.shape[-1], 4))}
def forward(params, x): return x @ params["kernel"]
pair = (init, forward)
linen = nn.Dense(4)
Linen = lambda: nn.Dense(4)
class Nnx(nnx.Module):
    def __init__(self, rngs): self.dense = nnx.Linear(8, 4, rngs=rngs)
    def __call__(self, x): return self.dense(x)
def built(): return nn.Dense(4)
class Eqx(eqx.Module):
    dense: eqx.nn.Linear
    def __init__(self, key): self.dense = eqx.nn.Linear(8, 4, key=key)
    def __call__(self, x): return jax.vmap(self.dense)(x)
model = eqx.nn.Linear(8, 4, key=jax.random.key(0))
batched = jax.vmap(model)
def choosy(x, train): return x if train else x @ w
def bad(x): return x.reshape(7, -1)
def data(x): return x if x.sum() > 0 else -x
def ends(x): raise SystemExit(3)
number = 3
"""


@pytest.fixture(scope="module")
def nets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("code")
    (folder / "jax_nets_here.py").write_text(CODE)
    (folder / "jax_nets_bare.py").write_text("def apply(params, x): return x @ params")
    sys.path.insert(0, str(folder))
    yield "jax_nets_here"
    sys.path.remove(str(folder))
    for name in ("jax_nets_here", "jax_nets_bare"):
        sys.modules.pop(name, None)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("closed", {"w", "b"}),
        ("apply", {"dense/kernel", "dense/bias"}),
        ("both", {"dense/kernel", "dense/bias"}),
        ("linen", {"params/kernel", "params/bias"}),
        ("Linen", {"params/kernel", "params/bias"}),
        ("built", {"params/kernel", "params/bias"}),
        ("Nnx", {"dense/kernel", "dense/bias"}),
        ("Eqx", {"dense/weight", "dense/bias"}),
        ("batched", {"weight", "bias"}),
    ],
)
def test_parameters_have_their_names(nets: str, name: str, keys: set[str]) -> None:
    network = imported(f"{nets}:{name}", "2x8").read()
    assert {key for node in network.nodes for key in node.weights.values()} == keys
    total = Counts(network.rows)
    assert (total.multiplies, total.params) == (2 * 8 * 4, 8 * 4 + 4)
    assert "a reading runs its code" in network.source


def test_a_pair_makes_its_parameters(nets: str) -> None:
    network = imported(f"{nets}:pair", "2x8").read()
    assert Counts(network.rows).params == 8 * 4


def test_a_flag_is_typed(nets: str) -> None:
    model = imported(f"{nets}:choosy", {"x": "2x8", "train": "false"})
    assert Counts(model.read().rows).multiplies == 2 * 8 * 4


@pytest.mark.parametrize(
    ("name", "given", "says"),
    [
        ("jax_nets_here:closd", "2x8", "jax_nets_here has no 'closd'; did you mean 'closed'?"),
        ("jax_nets_nowhere:f", "2x8", "cannot be imported: ModuleNotFoundError"),
        ("jax_nets_here", "2x8", "expected jax:package.module:name"),
        ("jax_nets_here:bad", "2x8", "does not run on x 2×8 float32"),
        ("jax_nets_here:data", "2x8", "depends on the data"),
        ("jax_nets_here:ends", "2x8", "ends the program"),
        ("jax_nets_here:number", "2x8", "is no function of JAX's, nor a module"),
        ("jax_nets_here:closed", None, "what goes in?"),
        ("jax_nets_here:closed", "2x9", "does not run on x 2×9 float32"),
        ("jax_nets_bare:apply", "2x8", "takes params first, and jax_nets_bare has none"),
    ],
)
def test_mistakes_are_one_line(nets: str, name: str, given: str | None, says: str) -> None:
    del nets
    with pytest.raises(FlopcountError) as raised:
        imported(name, given).read()
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.slow
def test_parameters_that_are_given_are_parameters() -> None:
    params = {"w": jnp.ones((8, 4))}
    network = fc.read_jax(lambda params, x: x @ params["w"], params, jnp.ones((2, 8)))
    assert Counts(network.rows).params == 8 * 4
    dense = nn.Dense(4)
    variables = dense.init(jax.random.key(0), jnp.ones((2, 8)))
    network = fc.read_jax(dense.apply, variables, jnp.ones((2, 8)))
    assert {*network.nodes[0].weights.values()} == {"params/kernel", "params/bias"}


@pytest.mark.slow
def test_jax_and_a_module_are_left_as_they_were() -> None:
    before = dict(jax.config.values)
    calls = {kind: kind.__call__ for kind in (eqx.nn.Linear, eqx.nn.MLP)}
    model = eqx.nn.MLP(8, 4, 16, 2, key=jax.random.key(0))
    leaves = jax.tree.leaves(model)

    def noisy(x: jax.Array) -> jax.Array:
        jax.config.update("jax_enable_x64", True)
        return jax.vmap(model)(x)

    fc.read_jax(noisy, fc.inputs(2, 8))
    with pytest.raises(FlopcountError):
        fc.read_jax(jax.vmap(model), fc.inputs(2, 9))
    assert dict(jax.config.values) == before
    assert {kind: kind.__call__ for kind in calls} == calls
    assert all(one is other for one, other in zip(leaves, jax.tree.leaves(model), strict=True))


@pytest.mark.slow
def test_modules_have_their_ways_and_classes() -> None:
    model = eqx.nn.MLP(8, 4, 16, 1, key=jax.random.key(0))
    network = fc.read_jax(jax.vmap(model), fc.inputs(2, 8))
    ways = [[(s.name, s.kind) for s in node.scope] for node in network.nodes if node.weights]
    assert ways == [[("layers", ""), ("0", "Linear")], [("layers", ""), ("1", "Linear")]]


def test_a_key_with_a_type_of_its_own_is_answered_by_the_one_without() -> None:
    def noisy(x: jax.Array, key: jax.Array) -> jax.Array:
        return x + jax.random.normal(key, x.shape)

    assert fc.read_jax(noisy, jnp.ones((1, 8)), jax.random.PRNGKey(0)).rows
    with pytest.raises(FlopcountError, match=r"key<.*> is not taken: give jax\.random\.PRNGKey"):
        fc.read_jax(noisy, jnp.ones((1, 8)), jax.random.key(0))


def test_a_function_that_returns_nothing_is_refused() -> None:
    with pytest.raises(FlopcountError, match="the function puts out no array"):
        fc.read_jax(lambda _: None, jnp.ones((1, 8)))
