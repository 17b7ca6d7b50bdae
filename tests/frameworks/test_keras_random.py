"""Every case of every kind of layer, and random networks of them, beside Keras and XLA."""

import os
import random

os.environ.setdefault("KERAS_BACKEND", "jax")  # read once, when Keras is first imported

import pytest

import flopcount as fc
from flopcount.frameworks.keras import build as keras_build
from tests.core.cases import CASES
from tests.core.test_twins import kinds
from tests.frameworks.networks import agree, beside

# What can follow on any grid of at least 4×4 with any multiple of 4 channels, and leaves such.
STEPS = (
    *("conv 3x3 {c} norm={norm} {act}", "depthwise 3x3 {pad} norm={norm} nobias"),
    *("transposed 3x3/2 {c} {up} {act} norm={norm}", "transposed 2x2/2 {c} groups=2 {act}"),
    *("transposed 4x3/2x1 {c} same groups=4 nobias", "upsample 2 > crop to={side}"),
    *("upsample 2 bilinear > maxpool 2x2/2", "upsample to={large}", "upsample to={large} bilinear"),
    *("pixelunshuffle 1x1", "pad 1 > crop 1", "pad before=0x1 after=2", "shuffle groups={g}"),
    *("conv 1x1 {four} > pixelshuffle 2", "split [identity | conv 3x3 {half} {act}]"),
    *("split (identity * {act})", "(identity * avgpool global > dense 4 {act} > dense in sigmoid)"),
    *("(identity + conv 1x1 in > {act} * sigmoid)", "conv 1x1 {twice} > {glu}", "norm={norm}"),
    *("crop before=0 after=0x1 > pad before=0 after=0x1", "{act}", "avgpool 2x2/2 pad=1"),
    "crop to=4",
)
WORDS = {
    "norm": ("layer", "group:2", "instance:scale", "rms", "shift", "group:4:stats"),
    "act": ("prelu", "selu", "mish", "softplus", "relu", "silu"),
    "glu": ("glu", "reglu", "geglu", "swiglu"),
    "pad": ("same", "pad=1"),
    "up": ("pad=1 outpad=1", "same", "valid", "pad=1"),
    "g": ("2", "4"),
}


def drawn(rng: random.Random) -> str:
    """A spec of a few steps; what is too large or does not fit is drawn again."""
    while True:
        height, width, channels = rng.randint(4, 7), rng.randint(4, 7), rng.choice((4, 8))
        spec, steps = f"{height}x{width}x{channels}", rng.randint(2, 6)
        while steps:
            c = rng.choice((4, 8))
            sizes = {"c": c, "four": 4 * c, "half": channels // 2, "twice": 2 * c}
            sides = {"side": f"{height}x{width}", "large": f"{height + rng.randint(0, 5)}x9"}
            words = {name: rng.choice(some) for name, some in WORDS.items()}
            spec += " > " + rng.choice(STEPS).format(**sizes, **sides, **words)
            try:
                height, width, channels = fc.parse(spec).rows[-1].output
            except fc.FlopcountError:
                break
            if max(height, width, channels) > 40 or min(height, width) < 4 or channels % 4:
                break
            steps -= 1
        else:
            return spec


def test_every_kind_of_layer_is_built() -> None:
    assert set(kinds()) <= set(keras_build._CALLS)


def by_shape(sizes: dict[str, int]) -> list[tuple[str, list[str]]]:
    """The specs of all cases, by what goes in: those are side by side and compiled as one.

    Those that read a text each alone, since embeddings side by side would share their weights.
    """
    found: dict[str, list[str]] = {}
    for case in CASES:
        shape = "x".join(map(str, case.shape(sizes)))
        found.setdefault(shape, []).append(case.spec.replace("K", "12"))
    texts = [(shape, [one]) for shape, specs in found.items() if "x" not in shape for one in specs]
    return [*((shape, specs) for shape, specs in found.items() if "x" in shape), *texts]


@pytest.mark.slow
@pytest.mark.usefixtures("traced_only")
def test_every_case_is_clean_where_it_is_traced() -> None:
    specs = [case.spec.replace("K", "12") for case in CASES if case.axes == "HWC"]
    agree(beside("24x24x12", specs))


@pytest.mark.slow
@pytest.mark.parametrize(("shape", "specs"), by_shape({"H": 11, "W": 13, "C": 12}))
def test_every_case_is_clean(shape: str, specs: list[str]) -> None:
    agree(beside(shape, specs))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(60))
def test_random_networks(seed: int) -> None:
    spec = drawn(random.Random(seed))  # noqa: S311  a test's draws
    try:
        agree(fc.parse(spec))
    except AssertionError as error:
        raise AssertionError(f"{spec}: {error}") from None
