"""What a message does with whatever stands in it."""

from flopcount.errors import FlopcountError


def test_the_middle_of_a_very_long_message_is_left_out() -> None:
    text = str(FlopcountError(f"model.onnx: Transpose of {(1,) * 1000} is no order of 1×5"))
    assert text.startswith("model.onnx: Transpose of (1, 1,")
    assert text.endswith("1, 1) is no order of 1×5")
    assert 900 < len(text) < 1000
    assert " … " in text


def test_a_message_is_one_line_of_signs_that_print() -> None:
    assert str(FlopcountError("a\nb\x1b[31m\u202e")) == "a\\nb\\x1b[31m\\u202e"
    assert str(FlopcountError("x" * 900)) == "x" * 900
