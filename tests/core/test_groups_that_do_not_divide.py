"""Groups that divide neither the channels that come in nor those that go out: both are said."""

import pytest

import flopcount as fc


@pytest.mark.parametrize(
    ("spec", "cure"),
    [
        (
            "9x9x8 > conv 3x3 16 groups=3",
            "; 6 and 9 input channels would do; 15 and 18 output channels would do",
        ),
        ("9x9x8 > conv 3x3 15 groups=3", "; 6 and 9 input channels would do"),
        ("9x9x9 > transposed 3x3 16 groups=3", "; 15 and 18 output channels would do"),
        ("9x9x8 > conv 3x3 8 groups=3", "; 6 and 9 would do"),
    ],
)
def test_what_would_do(spec: str, cure: str) -> None:
    with pytest.raises(fc.FlopcountError) as caught:
        fc.analyze(spec)
    assert str(caught.value).endswith(f" output channels{cure}")
