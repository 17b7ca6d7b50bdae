"""The page of networks that only Python makes: without layers, with several outputs."""

import json
import re
from dataclasses import replace

import pytest

import flopcount as fc
from flopcount.core.graph import port
from tests.core.test_sharing import Halves

DATA = re.compile('<script type="application/json" id="data">(.*?)</script>', re.DOTALL)


def test_a_network_without_layers_has_no_page() -> None:
    network = replace(fc.parse("8x8x3 > relu"), nodes=(), output="input")
    with pytest.raises(fc.FlopcountError, match="there is no layer that a page could show"):
        fc.analyze(network).to_page()


def test_the_total_has_the_shape_of_any_output() -> None:
    halved = fc.parse("8x8x4 > relu")
    (node,) = halved.nodes
    network = replace(halved, nodes=(replace(node, op=Halves()),), output=port(node.path, 1))
    document = json.loads(DATA.findall(fc.analyze(network).to_page())[0])
    assert document["output"] == network.output
    assert document["inputs"][network.output] == ["8", "8", "2"]
