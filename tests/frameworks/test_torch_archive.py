"""Archives of torch.export: their graph is read as data, and nothing in them is run."""

import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

import flopcount as fc
from flopcount.frameworks.sources import open_model

nn = torch.nn


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, stride=2, padding=1)
        self.head = nn.Sequential(nn.ReLU(), nn.Linear(4, 5))

    def forward(self, x: Any) -> Any:
        return self.head(self.stem(x).mean((2, 3))) * self.stem.weight.sum()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        batch, side = torch.export.Dim("batch", min=1), torch.export.Dim("half", min=2)
        shapes = {"x": {0: batch, 2: 2 * side}}
        program = torch.export.export(
            Net().eval(), (torch.randn(2, 3, 8, 8),), dynamic_shapes=shapes
        )
        path = tmp_path_factory.mktemp("archive") / "model.pt2"
        torch.export.save(program, path)
    return path


def changed(archive: Path, to: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """A copy with each file of it as `change` makes it."""
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(to, "w") as target:
        for name in source.namelist():
            content = change(name, source.read(name))
            if content is not None:
                target.writestr(name, content)
    return to


@pytest.mark.slow
def test_it_costs_what_the_module_does(archive: Path) -> None:
    read, module = fc.analyze(str(archive)), fc.analyze(Net(), fc.inputs(2, 3, 8, 8))
    assert read.total.multiplies == module.total.multiplies == 2 * (4 * 4 * 27 * 4 + 4 * 5)
    assert read.total.params == module.total.params
    names = [[step.name for step in node.scope] for node in read.network.nodes]
    assert ["stem"] in names
    assert ["head", "1"] in names
    (linear,) = [node for node in read.network.nodes if node.path.startswith("head/1")]
    assert [step.kind for step in linear.scope] == ["Sequential", "Linear"]


@pytest.mark.slow
def test_sizes_that_it_leaves_open_are_open(archive: Path) -> None:
    report = fc.analyze(fc.load(str(archive), input="1x3x12x8"))
    assert report.total.multiplies == 6 * 4 * 27 * 4 + 4 * 5
    with pytest.raises(fc.FlopcountError, match="axis 3 of x is fixed at 8 by the export, not 16"):
        fc.load(str(archive), input="2x3x8x16")


class Tied(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embed, self.head = nn.Embedding(9, 4), nn.Linear(4, 9, bias=False)
        self.head.weight = self.embed.weight

    def forward(self, x: Any) -> Any:
        return self.head(self.embed(x))


@pytest.mark.slow
def test_of_fixed_sizes_and_with_tied_weights(tmp_path: Path) -> None:
    path = str(tmp_path / "tied.pt2")
    tokens = torch.zeros(1, 5, dtype=torch.int64)
    torch.export.save(torch.export.export(Tied().eval(), (tokens,)), path)
    report = fc.analyze(path)
    assert report.multiplies == 5 * 4 * 9
    assert report.params == 4 * 9  # once, though the archive names them twice
    with pytest.raises(fc.FlopcountError, match="axis 1 of x is fixed at 5 by the export, not 6"):
        fc.load(path, input="1x6")


class Evil:
    def __reduce__(self) -> Any:
        return (Path.touch, (Path("evil-was-here"),))


def test_nothing_in_it_is_run(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    evil = pickle.dumps(Evil())

    def poison(name: str, content: bytes) -> bytes:
        if name.endswith("model.json"):
            code = b"__import__('pathlib').Path('evil-was-here').touch()"
            return content.replace(b"Symbol('", b"[" + code + b"] and Symbol('")
        return evil if "/weight_" in name or name.endswith(".pt") else content

    report = fc.analyze(str(changed(archive, tmp_path / "evil.pt2", poison)))
    assert report.total.params == fc.analyze(str(archive)).total.params
    assert not Path("evil-was-here").exists()


@pytest.mark.parametrize(
    "target", ["os.system", "torch.ops.aten.nope.default", "torch.load", "eval"]
)
def test_what_is_no_operation_of_pytorch_is_not_called(
    target: str, archive: Path, tmp_path: Path
) -> None:
    def call(_: str, content: bytes) -> bytes:
        return content.replace(b"torch.ops.aten.conv2d.default", target.encode())

    with pytest.raises(fc.FlopcountError, match=f"its graph calls '{target}', which is not read"):
        fc.load(str(changed(archive, tmp_path / "x.pt2", call)))


def _without_graph(name: str, content: bytes) -> bytes | None:
    return None if name.endswith("model.json") else content


def _without_values(name: str, content: bytes) -> bytes:
    if not name.endswith("models/model.json"):
        return content
    program = json.loads(content)
    del program["graph_module"]["graph"]["tensor_values"]
    return json.dumps(program).encode()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_without_graph, "holds no graph of torch.export"),
        (_without_values, "is damaged, or of another version of PyTorch"),
        (lambda name, content: content[:50] if ".json" in name else content, "or it is damaged"),
        (lambda name, content: b"[]" if "model.json" in name else content, "or it is damaged"),
    ],
)
def test_a_damaged_archive_is_a_line(change: Any, says: str, archive: Path, tmp_path: Path) -> None:
    with pytest.raises(fc.FlopcountError) as error:
        fc.load(str(changed(archive, tmp_path / "x.pt2", change)))
    assert says in str(error.value)


def test_files_of_other_programs_are_refused_in_a_line(tmp_path: Path) -> None:
    path = tmp_path / "model.pt2"
    with pytest.raises(fc.FlopcountError, match="is not there"):
        fc.load(str(path))
    path.write_bytes(b"PK\x03\x04 no archive")
    with pytest.raises(fc.FlopcountError, match="is no archive that"):
        fc.load(str(path))
    torch.save({"weight": torch.zeros(3)}, path)
    with pytest.raises(fc.FlopcountError, match="has code in it, which is not run"):
        fc.load(str(path))
    path.unlink()
    path.mkdir()
    with pytest.raises(fc.FlopcountError, match="cannot be read: Is a directory"):
        fc.load(str(path))


class Fixed(nn.Module):
    def forward(self, x: Any) -> Any:
        return torch.relu(x)


@pytest.fixture(scope="module")
def fixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive as torch.export makes it where nothing is said of shapes."""
    path = tmp_path_factory.mktemp("fixed") / "model.pt2"
    torch.export.save(torch.export.export(Fixed().eval(), (torch.zeros(2, 3),)), path)
    return path


def test_an_archive_with_no_open_axis(fixed: Path) -> None:
    report = fc.analyze(f"{fixed}")
    assert report.network.inputs == {"x": (2, 3)}
    assert [node.op.word for node in report.network.nodes] == ["relu"]
    with pytest.raises(fc.FlopcountError, match="nothing is open"):
        fc.formula(f"{fixed}")
    with pytest.raises(fc.FlopcountError, match="x is a tensor"):
        open_model(f"{fixed}", {"x": "none"})


@pytest.mark.parametrize("target", ["aten.from_file.default", "aten.save.default"])
def test_an_operation_that_opens_a_file_is_refused(
    target: str, fixed: Path, tmp_path: Path
) -> None:
    made = tmp_path / "made"
    arguments = {"filename": {"as_string": f"{made}"}, "shared": {"as_bool": True}}
    arguments |= {"size": {"as_int": 6}}

    def change(name: str, content: bytes) -> bytes:
        if not name.endswith("models/model.json"):
            return content
        program = json.loads(content)
        node = program["graph_module"]["graph"]["nodes"][0]
        node["target"] = f"torch.ops.{target}"
        node["inputs"] = [{"name": name, "arg": arg, "kind": 1} for name, arg in arguments.items()]
        return json.dumps(program).encode()

    with pytest.raises(fc.FlopcountError, match="which is not read"):
        fc.load(f"{changed(fixed, tmp_path / 'model.pt2', change)}")
    assert not made.exists()
