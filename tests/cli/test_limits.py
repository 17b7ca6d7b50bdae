"""What is too large is refused at once, and what is allowed is small enough: in 1 GB of memory."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from flopcount import FlopcountError
from flopcount.cli.main import run
from flopcount.reading import MAX_LAYERS, MOST_LAYERS

GIGABYTE = 2**30
SECONDS = 60  # far above what is needed: about 1 s


def flopcount(*words: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own, held to 1 GB."""

    def held() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (GIGABYTE, GIGABYTE))

    return subprocess.run(
        [sys.executable, "-m", "flopcount", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
        preexec_fn=held,
    )


def answered(*words: str) -> str:
    found = flopcount(*words)
    assert (found.returncode, found.stderr) == (0, "")
    return found.stdout


@pytest.mark.slow
def test_equal_layers_with_very_many_taps() -> None:
    # 10,000² · 9² multiplies each; every output sees all 9² inputs, so 9²·9² are inside
    text = answered("9x9x1 > 20000 * conv 10000x10000 1", "--by", "op")
    assert f"{20_000 * 10_000**2 * 9**2:,}" in text
    assert f"{20_000 * 9**4:,} of the multiplies inside the image" in text


@pytest.mark.slow
def test_a_table_with_a_chain_of_likes(tmp_path: Path) -> None:
    path = tmp_path / "likes.toml"
    alike = "\n".join(f'[block.b{i}]\nlike = "b{i - 1}"' for i in range(1, 20_001))
    path.write_text(
        f'input = "9x9x4"\n[rows]\na = "b20000"\n[block.b0]\nx = "conv 3x3 8"\n{alike}\n',
        encoding="utf-8",
    )
    assert f"{9 * 81 * 4 * 8:,}" in answered(str(path))


@pytest.mark.slow
def test_a_table_with_very_many_assumed_widths(tmp_path: Path) -> None:
    path = tmp_path / "assumed.toml"
    listed = "\n".join(f'"a/{i}" = "x"' for i in range(1, 20_001))
    path.write_text(
        f'input = "9x9x4"\n[rows]\na = "20000 * relu"\n[assumed]\n{listed}\n', encoding="utf-8"
    )
    assert "contains assumed widths" in answered(str(path), "--by", "op")


@pytest.mark.slow
def test_an_add_of_very_many_branches() -> None:
    spec = f"9x9x1 > ({' + '.join(['identity'] * 8_000)})"
    text = answered(spec, "--by", "op", "--columns", "elementwise.adds")
    assert f"{7_999 * 81:,}" in text


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        ("--by", "layer", "--format", "json", "--explain"),
        ("--by", "layer", "--format", "latex", "--explain"),
        ("--by", "layer", "--width", "40", "--explain"),
        ("--naive", "chained", "--format", "markdown"),
        ("--module", "spec", "--by", "op"),
    ],
)
def test_as_many_layers_as_there_may_be_all_different(options: tuple[str, ...]) -> None:
    shrinking = f"2147483648x2147483648x1 > {MAX_LAYERS} * conv 1003x1007 3 valid dilation=7"
    assert answered(shrinking, *options)


@pytest.mark.slow
@pytest.mark.parametrize("rewrite", ["width=0.5", "separable", "naive=chained"])
def test_rewrites_of_concats_that_grow(rewrite: str) -> None:
    growing = f"9x9x7 > {MAX_LAYERS // 5} * [conv 1x1 3 reduce > conv 3x3 9 norm | identity]"
    assert answered(f"{growing}@{rewrite}", "--by", "op")


@pytest.mark.slow
def test_long_paths_on_a_narrow_terminal(tmp_path: Path) -> None:
    long = "x" * 60
    nested = "\n".join(f'[block.b{i}]\n{long} = "({long}: b{i - 1} + relu)"' for i in range(1, 8))
    path = tmp_path / "long.toml"
    path.write_text(
        f'input = "9x9x4"\n[block.b0]\nas = "relu"\n{nested}\n[rows]\na = "1200 * b7"\n',
        encoding="utf-8",
    )
    assert answered(str(path), "--by", "layer", "--width", "40")


def test_tables_are_compared_up_to_a_size_of_all_of_them(tmp_path: Path) -> None:
    path = tmp_path / "large.toml"
    lines = "\n".join("# " + "x" * 1_000 for _ in range(1_000))
    path.write_text(f'input = "9x9x4"\nrows.a = "relu"\n{lines}\n', encoding="utf-8")
    assert run(["compare", *[str(path)] * 4])[1] == 0
    with pytest.raises(FlopcountError, match="tables and specs of at most 4 MiB together are comp"):
        run(["compare", *[str(path)] * 5])


LARGE = "9x9x3 > 1001 * (conv 1x1 3 reduce > conv 3x3 3)"  # 2,002 layers


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "takes"),
    [
        (["breakeven", LARGE], "breakeven takes"),
        (["sweep", LARGE, "--vary", "H=8,16"], "a sweep takes"),
        (["fit", LARGE, "--scale", "input", "--budget", "params=9"], "fit takes"),
        (["fit", LARGE, "--scale", "width", "--budget", "params=9"], "fit takes"),
        (["check", LARGE], "a check takes"),
        (["plot", LARGE, "-o", "x.png"], "a picture shows"),
        (["plot", LARGE, "--kind", "breakeven", "-o", "x.png"], "a picture shows"),
        (["compare", LARGE, LARGE, "-o", "x.png"], "a picture shows"),
        ([LARGE, "-o", "x.png"], "a picture shows"),
        ([LARGE, "-o", "x.html"], "a page shows"),
    ],
)
def test_verbs_that_do_more_than_count_take_fewer_layers(
    words: list[str], takes: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FlopcountError) as error:
        run(words)
    # of a sweep, a fit and a comparison, modules are a part of what is shown
    cure = "" if words[0] in ("sweep", "fit", "compare") else "; choose modules with --module"
    assert str(error.value) == f"{takes} at most 2,000 layers, this network has 2,002{cure}"
    assert MOST_LAYERS == 2_000
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["9x9x3 > relu" + "@naive" * 101], "more than 100 '@', the limit"),
        (
            ["9x9x3 > 18000 * conv 1x1 2" + "@width=2" * 9],
            "9 rewrites of 18,000 layers; at most 16",
        ),
        (["compare", *["9x9x3 > relu"] * 101], "at most 100 networks are compared"),
        (["compare", *["9x9x3 > 19999 * relu"] * 3], "of at most 40,000 layers together"),
        (
            ["9x9x3 > 3 * conv 8001x8001 1@factorize=8001x8001:2x2"],
            "8001×8001 → 8000 of 2×2: more than 20000 layers once it is rewritten",
        ),
    ],
)
def test_what_is_too_much_names_the_limit(words: list[str], message: str) -> None:
    with pytest.raises(FlopcountError) as error:
        run(words)
    assert message in str(error.value)


def test_a_misfit_among_very_many_branches_shows_two_of_them() -> None:
    arms = " | ".join(f"conv 1x1/{n} 1" for n in (1, *[1] * 998, 2))
    with pytest.raises(FlopcountError, match=r"equal\): 9x9x1, 5x5x1$"):
        run([f"9x9x1 > [{arms}]"])
