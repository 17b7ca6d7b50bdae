"""What GPT-2's and ViT's papers print of their parameters: the notes, recomputed."""

import tomllib

import flopcount as fc
from flopcount.notation.shipped import note_files


def established(stem: str) -> dict[str, str]:
    (path,) = [path for path in note_files() if path.stem == stem]
    (section,) = tomllib.loads(path.read_text(encoding="utf-8"))["paper"]
    return {row: parts["established"] for row, parts in section["notes"].items()}


def params(name: str) -> int:
    return int(fc.analyze(fc.load(name)).total.cost.params)


def test_what_gpt2s_table_counts() -> None:
    shapes = {"gpt2": (12, 768), "gpt2-medium": (24, 1024), "gpt2-large": (36, 1280)}
    shapes["gpt2-xl"] = (48, 1600)
    printed = dict(zip(shapes, (117, 345, 762, 1542), strict=True))

    def built(name: str, words: int) -> int:
        layers, width = shapes[name]
        return (words + 1024 + 2) * width + layers * (12 * width**2 + 13 * width)

    assert {name: params(name) for name in shapes} == {name: built(name, 50_257) for name in shapes}
    fit = [
        words
        for words in range(1, 60_000)
        if all(round(built(name, words) / 1e6) == figure for name, figure in printed.items())
    ]
    assert fit == list(range(fit[0], fit[-1] + 1))
    assert (
        f"all four, rounded, fit a vocabulary of {fit[0]:,} to {fit[-1]:,} words"
        in (established("gpt2")["params"])
    )
    assert fit[0] < 40_478 < fit[-1]


def test_what_vits_table_counts() -> None:
    head = 768 * 1000 + 1000
    assert f"without the {head:,} of the classifier" in established("vit")["vit-b16"]
    assert params("vit-b16") == 86_567_656  # torchvision's vit_b_16
    assert round((params("vit-b16") - head) / 1e6) == params("vit-b16") // 10**6 == 86
    assert round(params("vit-l32") / 1e6) == 307
    assert "that of L/32" in established("vit")["vit-l16"]
