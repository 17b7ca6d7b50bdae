"""Write read_others.toml: ``python tests/facts/make_read_others.py FOLDER``.

FOLDER has a file of figures a model; README.md says of what software. All are taken that the tests
can build.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.facts.make_read_models import toml
from tests.facts.read_others import GROUPS, fact_of, is_built_here

HEAD = """\
# What public Keras networks, ONNX graphs and exports cost, by software that is not of this
# repository; README.md says which. Written by make_read_others.py; test_read_others.py compares."""


def main(folder: Path) -> None:
    """Write the facts of each group, as tables of TOML."""
    parts = [HEAD]
    for group in GROUPS:
        for path in sorted((folder / group).glob("*.json")):
            fact = fact_of(json.loads(path.read_text(encoding="utf-8")), path.stem)
            if is_built_here(fact):
                lines = [f"[{json.dumps(fact.pop('name'))}]"]
                lines += [f"{key} = {toml(value)}" for key, value in fact.items()]
                parts.append("\n".join(lines))
    path = Path(__file__).with_name("read_others.toml")
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
