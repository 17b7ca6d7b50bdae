"""What goes into an ONNX model: sizes that its file fixes or leaves free, as typed and as open."""

from pathlib import Path
from typing import Any

import onnx
import pytest

from flopcount import read_onnx
from flopcount.errors import FlopcountError
from tests.frameworks.onnx_graphs import parsed

# A convolution of a free image, its mean over the grid, and a dense layer: 27·4 taps, 4·10 weights.
IMAGE = f"""
g (float[batch,3,height,width] x) => (float[batch,10] y)
<float[4,3,3,3] w = {{{", ".join(["0"] * 108)}}}, float[4,10] v = {{{", ".join(["0"] * 40)}}}> {{
  [stem] c = Conv <pads = [1,1,1,1], strides = [2,2]> (x, w)
  [pool] p = GlobalAveragePool (c)
  [flat] f = Flatten (p)
  [head] y = MatMul (f, v)
}}
"""
FIXED = IMAGE.replace("batch,3,height,width", "1,3,32,32")
PAIR = """
g (float[n,seq] x, float[m,seq] z, float[other] k) => (float[n,m] y) {
  t = Transpose (z)
  y = MatMul (x, t)
}
"""


def _opened(folder: Path, graph: str, given: Any = None) -> Any:
    from flopcount.frameworks.onnx.sources import open_file

    path = folder / "model.onnx"
    onnx.save(parsed(graph), str(path))
    return open_file(str(path), given)


def _multiplies(model: Any, **sizes: int) -> int:
    from flopcount.core import Counts

    return int(Counts(model.read(sizes).rows).multiplies)


@pytest.mark.parametrize("given", ["2x3x32x64", {"x": "2x3x32x64"}])
def test_free_sizes_are_typed_by_name_or_in_order(tmp_path: Path, given: Any) -> None:
    # out 16 × 32, 27·4 multiplies each; 2 × 4·10
    assert _multiplies(_opened(tmp_path, IMAGE, given)) == 2 * 16 * 32 * 108 + 2 * 40


def test_sizes_left_free_are_asked_for_by_name_with_an_example(tmp_path: Path) -> None:
    with pytest.raises(
        FlopcountError,
        match=r"model\.onnx: batch, height and width of x are free in the file: give sizes, as in "
        r"--input x=1x3x224x224$",
    ):
        _opened(tmp_path, IMAGE).read()


def test_a_size_that_was_given_under_a_name_is_given_wherever_the_name_stands(
    tmp_path: Path,
) -> None:
    model = _opened(tmp_path, PAIR, {"x": "5x7"})
    assert model.inputs.tensors()["z"].shape[1] == 7
    with pytest.raises(FlopcountError, match=r"m of z and other of k are free in the file"):
        model.read()
    model = _opened(tmp_path, PAIR, {"x": "5x7", "z": "6x7", "k": "1"})
    assert _multiplies(model) == 5 * 6 * 7


def test_open_axes_have_the_letters_of_all_models_or_the_names_of_the_file(tmp_path: Path) -> None:
    image = _opened(tmp_path, IMAGE, "1x3x32x64")
    assert image.symbols == {"B": (("x", 0),), "H": (("x", 2),), "W": (("x", 3),)}
    pair = _opened(tmp_path, PAIR, {"x": "5x7", "z": "6x7", "k": "1"})
    assert pair.symbols == {
        "B": (("x", 0),),
        "seq": (("x", 1), ("z", 1)),
        "m": (("z", 0),),
        "other": (("k", 0),),
    }


def test_a_question_mark_is_no_name_that_two_axes_could_have_in_common(tmp_path: Path) -> None:
    model = parsed(IMAGE)
    for dim in model.graph.input[0].type.tensor_type.shape.dim[2:]:
        dim.dim_param = "?"
    path = tmp_path / "paddle.onnx"
    onnx.save(model, str(path))
    from flopcount.frameworks.onnx.sources import open_file

    opened = open_file(str(path), "1x3x32x64")
    assert opened.inputs.tensors()["x"].shape == (1, 3, 32, 64)
    assert opened.symbols == {"B": (("x", 0),), "H": (("x", 2),), "W": (("x", 3),)}


def test_sizes_that_a_file_fixes_may_be_others_where_all_fits_and_it_is_said(
    tmp_path: Path,
) -> None:
    model = _opened(tmp_path, FIXED, "4x3x64x32")
    assert _multiplies(model) == 4 * 32 * 16 * 108 + 4 * 40
    assert "the file fixes other sizes of x, and is read at those that were given" in model.notes
    assert _multiplies(_opened(tmp_path, FIXED)) == 16 * 16 * 108 + 40


def test_sizes_that_do_not_fit_are_refused_with_those_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(
        FlopcountError,
        match=r"stem: .*the file fixes x at 1x3x32x32, and it fits no other$",
    ):
        _opened(tmp_path, FIXED, "1x4x32x32").read()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"image": "1x3x32x32"}, "it takes x"),
        ({"x": "3x32x32"}, "3 axes where the model has 4"),
        ({"x": "true"}, "is given as its shape"),
        ({"x": "1x3x32x32:int64"}, "int64 where the model has float32"),
        ("1x3x32x32,1x2", "2 shapes for x"),
    ],
)
def test_what_cannot_be_an_input_is_refused(tmp_path: Path, given: Any, said: str) -> None:
    with pytest.raises(FlopcountError, match=said):
        _opened(tmp_path, IMAGE, given)


def test_an_input_that_is_an_initializer_too_is_none(tmp_path: Path) -> None:
    graph = IMAGE.replace("x) =>", "x, float[4,10] v) =>")
    assert list(_opened(tmp_path, graph, "1x3x32x32").inputs.tensors()) == ["x"]


def test_a_model_is_read_with_sizes_open_and_at_once_at_those_that_stand_for_them(
    tmp_path: Path,
) -> None:
    from flopcount.frameworks.models.open_sizes.formulas import opened
    from flopcount.sizes import is_open
    from flopcount.sizes.polynomial import Space
    from flopcount.sizes.values import value

    for model in (_opened(tmp_path, IMAGE), _opened(tmp_path, FIXED)):
        space = Space()
        names = {name: space.name(name) for name in ("B", "H", "W")}
        network = opened(model, ("B", "H", "W"), {}).network(names)
        from flopcount.core import Counts

        formula = Counts(network.rows).multiplies
        assert is_open(formula)
        for b, h, w in ((1, 1, 1), (2, 5, 9), (3, 224, 223)):
            point = {"B": b, "H": h, "W": w}
            assert value(formula, point, {}) == b * (-(-h // 2) * -(-w // 2) * 108 + 40)
            assert value(formula, point, {}) == _multiplies(model, **point)


def test_bytes_and_paths_are_answered_by_what_reads_them() -> None:
    with pytest.raises(FlopcountError, match=r"bytes are read by onnx\.load_from_string"):
        read_onnx(b"model")
    with pytest.raises(FlopcountError, match=r"a file is read by fc\.load"):
        read_onnx("model.onnx")
