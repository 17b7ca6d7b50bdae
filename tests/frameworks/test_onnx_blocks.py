"""If, Loop and Scan, and functions: what stands in them, as often as it runs."""

import pytest

from tests.frameworks.onnx_graphs import multiplies, parsed, read, total

X = {"x": (2, 8)}


def _if(condition: str) -> str:
    weights = "{" + ", ".join(["0"] * 64) + "}"
    wide = "{" + ", ".join(["0"] * 128) + "}"
    return f"""
g (bool c, float[2,8] x) => (float[2,n] y) <float[8,8] w = {weights}, float[8,16] v = {wide}> {{
  {condition}
  y = If (c2) <
    then_branch = a_graph () => (float[2,8] a) {{ [small] a = MatMul (x, w) }},
    else_branch = b_graph () => (float[2,16] b) {{ [large] b = MatMul (x, v) }}
  >
}}
"""


@pytest.mark.parametrize(
    ("condition", "expected", "said"),
    [
        ("c2 = Identity (c)", 2 * 8 * 16, "more multiplies: else of"),
        ("c2 = Constant <value = bool {1}> ()", 2 * 8 * 8, "its condition says: then of"),
        ("c2 = Constant <value = bool {0}> ()", 2 * 8 * 16, "its condition says: else of"),
    ],
)
def test_of_an_if_one_branch_is_read_and_which_is_said(
    condition: str, expected: int, said: str
) -> None:
    network = read(_if(condition), {"c": (), **X})
    assert total(network) == expected
    (note,) = network.notes
    assert said in note


def test_of_an_if_that_the_data_decides_a_branch_that_does_not_fit_is_none() -> None:
    graph = """
    g (bool c, float[n,8] x, float[8,8] w) => (float[n,8] y) {
      y = If (c) <
        then_branch = a_graph () => (float[n,8] a) { a = MatMul (x, w) },
        else_branch = b_graph () => (float[n,8] b) { p = MatMul (w, w) q = MatMul (p, w)
          b = MatMul (q, x) }
      >
    }
    """
    network = read(graph, {"c": (), "w": (8, 8), **X})
    assert total(network) == 2 * 8 * 8
    assert any("the branch that these sizes fit: then of" in note for note in network.notes)
    assert total(read(graph, {"c": (), "w": (8, 8), "x": (8, 8)})) == 3 * 8 * 8 * 8


def test_the_weights_of_the_other_branch_are_held_and_not_used() -> None:
    network = read(_if("c2 = Constant <value = bool {1}> ()"), {"c": (), **X})
    assert total(network, "params") == 8 * 8 + 8 * 16
    assert [n.path for n in network.nodes if n.call == "parameter"] == ["v"]


@pytest.mark.parametrize("condition", ["Identity (c)", "Constant <value = bool {0}> ()"])
def test_what_the_other_branch_holds_itself_is_held_and_not_used(condition: str) -> None:
    eight = "{" + ", ".join(["0"] * 8) + "}"
    graph = f"""
    g (bool c, float[2,8] x) => (float[2,8] y) {{
      c2 = {condition}
      y = If (c2) <
        then_branch = a_graph () => (float[2,8] a) <float[8] b = {eight}> {{
          k = Constant <value = float[8] {eight}> ()
          s = Add (x, b)
          a = Add (s, k)
        }},
        else_branch = b_graph () => (float[2,8] d) <float[8] e = {eight}> {{ d = Add (x, e) }}
      >
    }}
    """
    network = read(graph, {"c": (), **X})
    assert total(network, "params") == 3 * 8
    unused = {"e"} if condition == "Identity (c)" else {"b", "k"}
    assert {n.path for n in network.nodes if n.call == "parameter"} >= unused
    assert {key for n in network.nodes for key in n.weights.values()} == {"b", "k", "e"}


LOOP = """
g (float[2,8] x, float[8,8] w{more}) => (float[2,8] y, float[n,2,8] all) {{
  {trips}
  t = Constant <value = bool {{1}}> ()
  y, all = Loop (m, t, x) <
    body = b (int64 i, bool go, float[2,8] s) => (bool on, float[2,8] s2, float[2,8] each) {{
      on = Identity (go)
      s2 = MatMul (s, w)
      each = Relu (s2)
    }}
  >
}}
"""


def test_a_loop_runs_its_body_as_often_as_the_file_says() -> None:
    trips = "m = Constant <value = int64 {5}> ()"
    network = read(LOOP.format(more="", trips=trips), {**X, "w": (8, 8)})
    assert total(network) == 5 * 2 * 8 * 8
    assert total(network, "elementwise.compares") == 5 * 2 * 8
    assert total(network, "activations") == 2 * 5 * 2 * 8
    assert network.shapes[network.outputs["all"]] == (5, 2, 8)
    assert network.shapes[network.outputs["y"]] == (2, 8)
    assert any("as many rounds as the file says: 5 of" in note for note in network.notes)


def test_a_loop_whose_rounds_the_data_says_is_at_least_one_round() -> None:
    network = read(
        LOOP.format(more=", int64 n", trips="m = Identity (n)"), {**X, "w": (8, 8), "n": ()}
    )
    assert total(network) == 2 * 8 * 8
    assert [row.node.op.word for row in network.rows if not row.held.known] == ["Loop rounds"]
    assert any("rounds depend on the data one round" in note for note in network.notes)


def test_the_rounds_of_a_loop_that_differ_are_read_one_after_the_other() -> None:
    network = read(
        """
        g (float[1,4] x, float[4,4] w) => (float[n,4] y) {
          m = Constant <value = int64 {3}> ()
          t = Constant <value = bool {1}> ()
          y = Loop (m, t, x) <
            body = b (int64 i, bool go, float[k,4] s) => (bool on, float[l,4] s2) {
              on = Identity (go)
              p = MatMul (s, w)
              s2 = Concat <axis = 0> (p, x)
            }
          >
        }
        """,
        {"x": (1, 4), "w": (4, 4)},
    )
    assert total(network) == (1 + 2 + 3) * 4 * 4  # a row more in each round
    assert network.shapes[network.output] == (4, 4)


def test_a_loop_whose_rounds_are_known_only_one_by_one_is_read_so() -> None:
    network = read(
        """
        g (float[1,4] x, float[6,4] t) => (float[1,4] y) {
          m = Constant <value = int64 {3}> ()
          c = Constant <value = bool {1}> ()
          o = Constant <value_ints = [1]> ()
          y = Loop (m, c, x) <
            body = b (int64 i, bool go, float[1,4] s) => (bool on, float[1,4] s2) {
              on = Identity (go)
              j = Reshape (i, o)
              k = Add (j, o)
              row = Slice (t, j, k)
              s2 = Add (s, row)
            }
          >
        }
        """,
        {"x": (1, 4), "t": (6, 4)},
    )
    assert all(row.held.known for row in network.rows)
    assert total(network, "elementwise.adds") == 3 * 4
    assert any("its rounds, one after the other: 3 of" in note for note in network.notes)


def test_the_weights_of_a_loop_are_the_same_in_every_round() -> None:
    weights = "{" + ", ".join(["0"] * 64) + "}"
    network = read(
        f"""
        g (float[2,8] x) => (float[2,8] y) <float[8,8] w = {weights}> {{
          m = Constant <value = int64 {{7}}> ()
          t = Constant <value = bool {{1}}> ()
          y = Loop (m, t, x) <
            body = b (int64 i, bool go, float[2,8] s) => (bool on, float[2,8] s2) {{
              on = Identity (go)
              s2 = MatMul (s, w)
            }}
          >
        }}
        """,
        X,
    )
    assert total(network) == 7 * 2 * 8 * 8
    assert total(network, "params") == 8 * 8


def test_a_scan_runs_as_often_as_what_it_scans_is_long() -> None:
    network = read(
        """
        g (float[3,8] h, float[5,3,8] x, float[8,8] w) => (float[3,8] y, float[5,3,8] z) {
          y, z = Scan <num_scan_inputs = 1,
            body = b (float[3,8] s, float[3,8] e) => (float[3,8] s2, float[3,8] o) {
              p = MatMul (e, w)
              s2 = Add (s, p)
              o = Identity (s2)
            }
          > (h, x)
        }
        """,
        {"h": (3, 8), "x": (5, 3, 8), "w": (8, 8)},
    )
    assert total(network) == 5 * 3 * 8 * 8
    assert total(network, "elementwise.adds") == 5 * 3 * 8
    assert network.shapes[network.outputs["z"]] == (5, 3, 8)


def test_a_function_of_the_model_is_what_is_in_it() -> None:
    functions = """
    <domain: "mine", opset_import: ["" : 20]>
    twice (a, b) => (c) {
      d = MatMul (a, b)
      e = Relu (d)
      c = MatMul (e, b)
    }
    """
    network = read(
        "g (float[2,8] x, float[8,8] w) => (float[2,8] y) { [block] y = mine.twice (x, w) }",
        {**X, "w": (8, 8)},
        functions=functions,
        more=', "mine" : 1',
    )
    assert list(multiplies(network).values()) == [2 * 8 * 8] * 2
    assert {node.scope[0].name for node in network.nodes} == {"block"}


def test_an_operator_without_a_rule_is_the_function_that_onnx_has_for_it() -> None:
    from flopcount.frameworks.onnx.operations import OPERATIONS

    rule = OPERATIONS.pop(("", "Celu"), None)
    try:
        network = read("g (float[2,8] x) => (float[2,8] y) { y = Celu (x) }", X)
    finally:
        if rule is not None:
            OPERATIONS["", "Celu"] = rule
    assert all(row.held.known for row in network.rows)
    assert total(network, "elementwise.exponentials") == 2 * 8


def test_functions_that_call_each_other_end_somewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    from flopcount.errors import FlopcountError
    from flopcount.frameworks.onnx import graph
    from flopcount.frameworks.onnx.reader import read as read_proto

    calls = "\n".join(
        f"""
        <domain: "mine", opset_import: ["" : 20, "mine" : 1]>
        f{n} (a) => (c) {{ b = mine.f{n + 1} (a)  c = mine.f{n + 1} (b) }}
        """
        for n in range(20)
    )
    last = '<domain: "mine", opset_import: ["" : 20]> f20 (a) => (c) { c = Relu (a) }'
    model = parsed(
        "g (float[2,8] x) => (float[2,8] y) { y = mine.f0 (x) }",
        functions=f"{calls}\n{last}",
        more=', "mine" : 1',
    )
    monkeypatch.setattr(graph, "MOST_NODES", 1000)
    with pytest.raises(FlopcountError, match=r"more than 1,000 nodes"):
        read_proto(model, X)


@pytest.mark.parametrize("why", ["m = Constant <value = int64 {0}> ()", "m = Identity (n)"])
def test_a_loop_that_never_runs_has_no_rounds(why: str) -> None:
    go = "" if "Constant" in why else "bool {0}"
    graph = LOOP.format(more=", int64 n", trips=why)
    if go:
        graph = graph.replace("bool {1}", go)
    network = read(graph, {**X, "w": (8, 8), "n": ()})
    assert total(network) == 0
    assert network.shapes[network.results["all"]] == (0, 2, 8)


def test_members_of_a_sequence_are_what_was_put_in() -> None:
    network = read(
        """
        g (float[2,8] x, float[8,4] w) => (float[2,4] y, seq(float) all) {
          p = MatMul (x, w)
          s = SequenceConstruct (x, p)
          one = Constant <value = int64 {1}> ()
          y = SequenceAt (s, one)
          all = Identity (s)
        }
        """,
        {**X, "w": (8, 4)},
    )
    shapes = {name: network.shapes[at] for name, at in network.results.items()}
    assert shapes == {"y": (2, 4), "all.0": (2, 8), "all.1": (2, 4)}
