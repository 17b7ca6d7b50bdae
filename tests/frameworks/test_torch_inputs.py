"""What goes into a model: shapes and types from Python and from the command line."""

from typing import Any

import numpy as np
import pytest

import flopcount as fc
from flopcount.frameworks.models.inputs import Inputs, Tensor, dtype_name, read_tensor
from flopcount.frameworks.models.inputs.typed import with_typed


class Takes:
    """As much of a module as its inputs ask for."""

    def forward(self, image: Any, ids: Any, flag: bool = False) -> None: ...  # noqa: FBT001, FBT002


class TakesAny:
    def forward(self, **given: Any) -> None: ...


IMAGE = Inputs((Tensor((1, 3, 224, 224)),))
BOTH = Inputs((), {"image": Tensor((1, 3, 8, 8)), "ids": Tensor((1, 4), "int64"), "flag": False})


@pytest.mark.parametrize(
    ("args", "kwargs", "tensors"),
    [
        ((1, 3, 8, 8), {}, {"x": ((1, 3, 8, 8), "float32")}),
        (((1, 3), (2,)), {}, {"x": ((1, 3), "float32"), "x1": ((2,), "float32")}),
        (("1x3", "2:long"), {}, {"x": ((1, 3), "float32"), "x1": ((2,), "int64")}),
        (
            ([(3, 8, 8), (3, 9, 9)],),
            {},
            {"x": ((3, 8, 8), "float32"), "x1": ((3, 9, 9), "float32")},
        ),
        (({"a": (1, 2)},), {}, {"x": ((1, 2), "float32")}),
        ((), {"ids": (1, 4), "dtype": "int64"}, {"ids": ((1, 4), "int64")}),
        ((), {"a": {"b": (1, 4)}, "flag": True}, {"a": ((1, 4), "float32")}),
        ((True, 3.5, "word"), {}, {}),
    ],
)
def test_shapes_become_tensors_by_name(args: Any, kwargs: Any, tensors: Any) -> None:
    assert fc.inputs(*args, **kwargs).tensors() == tensors


@pytest.mark.parametrize(
    ("args", "dtype", "says"),
    [
        ((1, 0), "float32", "0 is no size of an axis: expected a whole number from 1 on"),
        ((1, 2**50), "float32", f"{2**50} is no size of an axis: expected a smaller one"),
        ((1, 2), "int63", "unknown type of a tensor 'int63'"),
        (("1x-3",), "float32", "-3 is no size of an axis"),
        (("1x3:flaot32",), "float32", "did you mean 'float32'?"),
    ],
)
def test_what_is_no_shape_is_refused_in_a_line(args: Any, dtype: str, says: str) -> None:
    with pytest.raises(fc.FlopcountError) as error:
        fc.inputs(*args, dtype=dtype)
    assert says in str(error.value)


def test_types_by_any_of_their_names() -> None:
    names = [dtype_name(name) for name in ("torch.half", "double", int, float, "bool")]
    assert names == ["float16", "float64", "int64", "float32", "bool"]
    assert read_tensor("1×2:half") == ((1, 2), "float16")


@pytest.mark.parametrize(
    ("given", "default", "tensors"),
    [
        ("1x3x32x32", IMAGE, {"x": ((1, 3, 32, 32), "float32")}),
        ("2x3x32x32:float64", IMAGE, {"x": ((2, 3, 32, 32), "float64")}),
        ({"ids": "1x9"}, BOTH, {"image": ((1, 3, 8, 8), "float32"), "ids": ((1, 9), "int64")}),
        ("1x3x9x9,1x7", BOTH, {"image": ((1, 3, 9, 9), "float32"), "ids": ((1, 7), "int64")}),
        ("1x3,2:int64", None, {"x": ((1, 3), "float32"), "x1": ((2,), "int64")}),
        ({"image": "1x3", "ids": "none"}, None, {"image": ((1, 3), "float32")}),
    ],
)
def test_what_is_typed_takes_the_place_of_what_was_there(
    given: Any, default: Any, tensors: Any
) -> None:
    assert with_typed(given, default, Takes()).tensors() == tensors


def test_flags_are_typed_too() -> None:
    assert with_typed({"flag": "true"}, BOTH, Takes()).kwargs["flag"] is True
    assert with_typed({"ids": "none"}, BOTH, Takes()).kwargs["ids"] is None


@pytest.mark.parametrize(
    ("given", "default", "says"),
    [
        ("3x64x96", IMAGE, "3 axes where the model has 4, as in 1x3x64x96"),
        ("64x96x5", IMAGE, "3 axes where the model has 4, as in 1x64x96x5"),
        ("1x224x224x3", IMAGE, "the model has the channels before the grid, as in 1x3x224x224"),
        ("1x3x8x8:int64", IMAGE, "int64 where the model has float32"),
        ("1x3x8x8,1x3,1x3", BOTH, "3 shapes for image and ids"),
        ({"img": "1x3x8x8"}, BOTH, "--input 'img': it takes image, ids and flag"),
        ({"image": "1x3x8"}, BOTH, "--input image=1x3x8: 3 axes where the model has 4"),
        ("1x3x8xH", IMAGE, "'1x3x8xH' is no shape"),
        ("", IMAGE, "'' is no shape"),
        ("1x3x99999999999999999999", IMAGE, "an axis is too long"),
        (None, None, "what goes in? --input 1x3x224x224, or --input NAME=1x128:int64 for each"),
    ],
)
def test_what_is_typed_and_does_not_fit_is_a_line(given: Any, default: Any, says: str) -> None:
    with pytest.raises(fc.FlopcountError) as error:
        with_typed(given, default, Takes())
    assert says in str(error.value)


@pytest.mark.parametrize("given", ["64x96", "64x96x3", "1x3x64x96"])
def test_the_sides_of_an_image_are_enough(given: str) -> None:
    assert with_typed(given, IMAGE, Takes()).tensors() == {"x": ((1, 3, 64, 96), "float32")}


def test_what_takes_any_name_takes_it() -> None:
    assert with_typed({"z": "1x3"}, None, TakesAny()).tensors() == {"z": ((1, 3), "float32")}


def test_tensors_of_other_frameworks_are_shapes_too() -> None:
    given = {"__module__": "jax.numpy", "shape": (1, 3), "dtype": np.dtype("int8")}
    read = fc.inputs(type("Array", (), given)(), np.zeros((2, 3), bool))
    assert read.tensors() == {"x": ((1, 3), "int8"), "x1": ((2, 3), "bool")}


def test_a_tensor_without_a_size_is_refused() -> None:
    given = {"__module__": "keras", "shape": (None, 224, 224, 3), "dtype": "float32"}
    with pytest.raises(fc.FlopcountError, match=r"a tensor of \?×224×224×3 says no size: give one"):
        fc.inputs(type("KerasTensor", (), given)())


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("googlenet", "'googlenet' is a text, and these inputs are for a model's object"),
        (None, "None is no model that takes inputs"),
        (dict, "dict is a class: give a model of it, dict(…)"),
    ],
)
def test_what_is_no_model_is_refused_in_a_line(given: Any, says: str) -> None:
    with pytest.raises(fc.FlopcountError) as error:
        fc.analyze(given, fc.inputs(1, 3))
    assert says in str(error.value)
