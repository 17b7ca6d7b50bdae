"""Write read_models.toml: ``python tests/facts/make_read_models.py FOLDER``.

FOLDER has a file of figures a model; README.md says of what software. Forty models are drawn, by a
fixed seed, so many of each group. Their multiplies by module are there rolled up, and as one sum.
"""

import json
import random
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.facts.read_models import digest, fact_of, rolled_up

SEED = 2014
DRAWN = {"torchvision": 12, "timm": 12, "transformers": 10, "units": 6}
SLOW = 10  # seconds that it took to count: such a model is read by benchmarks/read_all.py alone
HEAD = """\
# What public models cost, by software that is not of this repository; README.md says which.
# Written by make_read_models.py; test_read_models.py reads each model and compares.
"""
UNITS = {  # those that one expression builds
    "conv1d_depthwise_causal": "torch.nn.Conv1d(64, 64, 4, groups=64, padding=3)",
    "conv2d_reflect_pad": "torch.nn.Conv2d(8, 8, 3, padding=1, padding_mode='reflect')",
    "convtr2d_groups": "torch.nn.ConvTranspose2d(16, 8, 3, stride=3, groups=4)",
    "embeddingbag_sum": "torch.nn.EmbeddingBag(1000, 64, mode='sum')",
    "encoder_layer": "torch.nn.TransformerEncoderLayer(64, 8, 256, batch_first=True)",
    "gru_2layer_bi": "torch.nn.GRU(32, 64, 2, batch_first=True, bidirectional=True)",
    "gru_nobias_seqfirst": "torch.nn.GRU(32, 64, bias=False)",
    "linear_3d_nobias": "torch.nn.Linear(10, 20, bias=False)",
    "lstm_proj": "torch.nn.LSTM(32, 64, 2, proj_size=16, batch_first=True)",
    "lstmcell": "torch.nn.LSTMCell(32, 64)",
    "weight_norm_conv": "torch.nn.utils.parametrizations.weight_norm(torch.nn.Conv1d(4, 4, 3))",
}


def facts(folder: Path, group: str) -> dict[str, dict[str, Any]]:
    """The facts of a group by name, without those that take long."""
    kept = {}
    for path in sorted((folder / group).glob("*.json")):
        found = json.loads(path.read_text(encoding="utf-8"))
        if group == "units":
            found["build"] = UNITS.get(found["name"])
        if found["build"] and found.get("seconds", 0) < SLOW:
            kept[found["name"]] = fact_of(found)
    return kept


def toml(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:_}"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{json.dumps(k)} = {toml(v)}' for k, v in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    return json.dumps(value)


def written(fact: dict[str, Any]) -> str:
    """A fact as tables of TOML."""
    name = json.dumps(fact["name"])
    heads = {key: value for key, value in fact.items() if key not in ("name", "runs")}
    lines = [f"[{name}]", *(f"{key} = {toml(value)}" for key, value in heads.items())]
    for key, run in fact["runs"].items():
        rolled = {"each_module": digest(run["modules"]), "modules": rolled_up(run["modules"])}
        lines.append(f"\n[{name}.runs.{key}]")
        lines += [f"{count} = {toml(value)}" for count, value in (run | rolled).items()]
    return "\n".join(lines)


def main(folder: Path) -> None:
    """Draw the models, and write their facts."""
    draw = random.Random(SEED)  # noqa: S311  the same ones each time
    parts = [HEAD.strip("\n")]
    for group, count in DRAWN.items():
        known = facts(folder, group)
        parts += [written(known[name]) for name in sorted(draw.sample(sorted(known), count))]
    path = Path(__file__).with_name("read_models.toml")
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
