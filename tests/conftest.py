"""What all tests share: the switch that rewrites the golden files, and how Hypothesis searches."""

import contextlib
import gc
import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from flopcount.sizes import window

os.environ.setdefault("KERAS_BACKEND", "jax")  # read once, when Keras is first imported
# What JAX compiles runs once, on little: LLVM's optimising was most of the time. Read likewise.
os.environ["XLA_FLAGS"] = f"--xla_backend_optimization_level=0 {os.environ.get('XLA_FLAGS', '')}"

# The same examples on every machine, in CI more of them; --hypothesis-profile=explore tries others.
MOST = 150 if os.environ.get("CI") else 50
settings.register_profile("fixed", derandomize=True, deadline=None, max_examples=MOST)
settings.register_profile(
    "explore", deadline=None, max_examples=1_500, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("fixed")

# The thousands of tests stay as long as the run, and JAX, Keras and matplotlib too: the garbage
# collector, which went through them all again and again, was a tenth of the time.
gc.set_threshold(50_000, 20, 20)


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    with contextlib.suppress(ValueError):  # nbmake, where it is installed, has it already
        parser.addoption(
            "--overwrite",
            action="store_true",
            help="rewrite the golden files and images from what is printed and drawn now",
        )


@pytest.fixture(scope="session", autouse=True)
def _no_tables_of_ones_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Who runs the tests may have tables that flopcount finds by name; the tests have none."""
    os.environ.pop("FLOPCOUNT_TABLES", None)
    os.environ["XDG_CONFIG_HOME"] = str(tmp_path_factory.mktemp("config"))


@pytest.fixture(scope="session")
def installed() -> Callable[[str, str], str]:
    """Find a program that no wheel brings: its path.

    Without it the test is skipped, and says what to install; or fails, where the environment has
    FLOPCOUNT_PROGRAMS=required, as CI does.
    """

    def find(program: str, package: str) -> str:
        path = shutil.which(program)
        if path is None:
            reason = f"{program} is not here: apt-get install --no-install-recommends {package}"
            if os.environ.get("FLOPCOUNT_PROGRAMS") == "required":
                pytest.fail(reason)
            pytest.skip(reason)
        return path

    return find


@pytest.fixture
def traced_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let JAX trace a check's forward pass, which gives every shape, and not compile it.

    Where hundreds of layers are checked, compiling them is most of the time. Nor are their small
    copies, whose values the check compares.
    """

    def trace(network: Any, rows: Any, layers: Any, images: Any, *watching: Any) -> dict[str, Any]:
        import jax
        import numpy as np

        from flopcount.frameworks.keras.model import stateless

        forward, values = stateless(network, rows, layers, *watching)
        shapes = jax.eval_shape(forward, values, images)
        return {path: np.zeros(end.shape, np.int8) for path, end in shapes.items()}

    monkeypatch.setattr("flopcount.frameworks.keras.check._run", trace)
    monkeypatch.setattr("flopcount.frameworks.keras.compare.compare_values", lambda _: {})


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> Iterator[None]:
    """What is known of windows is forgotten around each test: some break a rule to see it found."""
    window._known.cache_clear()  # noqa: SLF001
    yield
    window._known.cache_clear()  # noqa: SLF001
