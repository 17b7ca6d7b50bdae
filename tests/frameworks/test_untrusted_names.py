"""Names of a stranger's layers: nothing of them breaks out of a page, a picture or a table."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import html5lib
import numpy as np
import pytest
from onnx import helper, numpy_helper, save

from flopcount.cli.main import main
from tests.frameworks import keras_configs as k
from tests.frameworks.attacked import read

NAMES = (
    *("<script>alert(1)</script>", "</text></svg><script>", "$x_{", "a|b", "new\nline"),
    *('"onload="alert(1)', "\\input{/etc/passwd}", "\\end{tabular}%", "[x](javascript:alert(1))"),
    *("=cmd()", "\u202eabc", "\x1b[31m", "&lt;", "`x`", "q" * 3000),
)


def onnx_file(folder: Path) -> Path:
    """A chain of convolutions, each node with one of the names."""
    info, path = helper.make_tensor_value_info, folder / "model.onnx"
    nodes = [
        helper.make_node("Conv", [f"x{at}", "w"], [f"x{at + 1}"], name)
        for at, name in enumerate(NAMES)
    ]
    ends = [info("x0", 1, [1, 3, 8, 8])], [info(f"x{len(NAMES)}", 1, None)]
    held = [numpy_helper.from_array(np.zeros((3, 3, 1, 1), np.float32), "w")]
    save(helper.make_model(helper.make_graph(nodes, "g", *ends, held)), path)
    return path


def keras_file(folder: Path) -> Path:
    """Likewise with one layer each."""
    layers, last = [k.entry("x", 8, 8, 3)], "x"
    for name in NAMES:
        layers.append(k.layer("Conv2D", name, last, filters=3, kernel_size=[1, 1]))
        last = name
    return Path(k.saved(k.functional(layers, "x", last), folder / "model.keras"))


FILES = pytest.mark.parametrize("make", [onnx_file, keras_file])


@FILES
def test_tables(make: Callable[[Path], Path], tmp_path: Path) -> None:
    path = make(tmp_path)
    for form in ("table", "markdown", "latex", "csv", "json"):
        code, out, err, trace = read(path, ["--by", "layer", "--format", form])
        assert (code, err, trace) == (0, "", "")
        assert all(sign.isprintable() or sign == "\n" for sign in out)
        rows = [line for line in out.splitlines() if "conv 1×1" in line]
        if form == "markdown":
            assert len(rows) == len(NAMES)
            assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {7}
            assert not re.search(r"(?<!\\)[<$`]|\]\(", out.replace("\\](", ""))
        if form == "latex":
            lines = [line for line in out.splitlines() if not line.startswith("%")]
            body = "\n".join(lines).replace("$\\times$", "×")
            assert body.count("\\end{tabular}") == 1
            assert "\\input" not in body
            assert not re.search(r"(?<!\\)\$", body)
        if form == "csv":
            assert not re.search(r"^[=+@-]", out, re.MULTILINE)


@pytest.mark.slow
@FILES
def test_pages_and_pictures(make: Callable[[Path], Path], tmp_path: Path) -> None:
    path = make(tmp_path)
    page = tmp_path / "page.html"
    assert read(path, ["-o", str(page)])[0] == 0
    tree = html5lib.parse(page.read_text(encoding="utf-8"), namespaceHTMLElements=False)
    tags = [part for part in tree.iter() if isinstance(part.tag, str)]
    assert Counter(part.tag for part in tags)["script"] == 3
    assert not [name for part in tags for name in part.attrib if str(name).startswith("on")]
    assert not [part for part in tags if part.attrib.get("href", "").startswith("javascript")]
    for name in ("drawing", "modules", "layers", "tree", "savings"):
        picture = tmp_path / f"{name}.svg"
        assert main(["plot", str(path), "--kind", name, "-o", str(picture)]) == 0
        drawn = ET.parse(picture)  # noqa: S314  of our own
        assert not [part for part in drawn.iter() if "script" in part.tag]
