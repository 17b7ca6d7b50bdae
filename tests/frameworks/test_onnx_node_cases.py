"""The onnx package's own tests of its operators: each is read, and puts out the shapes it should.

There are 1,884 of them in version 1.23. What nobody prices is listed here by name: a list that
grows, or shrinks, is seen.
"""

from typing import Any

import pytest

from tests.frameworks.onnx_node_cases import QUICK, Case, Read, cases, read, shape_of

# Operators that are named, with a row of their own, and not priced.
TEXTS = {"RegexFullMatch", "StringConcat", "StringNormalizer", "StringSplit", "TfIdfVectorizer"}
SIGNALS = {"DFT", "STFT", "ImageDecoder"}
TRAINING = {"Adagrad", "Adam", "Momentum", "statistics"}  # those that a batch norm would keep
TREES = {"LabelEncoder", "TreeEnsemble"}
BY_DATA = {"NonMaxSuppression", "NonZero", "Unique", "Loop rounds", "SequenceMap", "Scan", "Cast"}
BY_DATA |= {"constant"}  # of a shape that nobody knows
OTHERS = {"Det"}
UNKNOWN = TEXTS | SIGNALS | TRAINING | TREES | BY_DATA | OTHERS

# Of these tests, by how their names begin, nobody knows a shape that comes out: the data says it.
SHAPELESS = (
    *("test_image_decoder_", "test_nonmaxsuppression_", "test_nonzero_", "test_scan_sum"),
    *("test_sequence_map_", "test_string_split_", "test_strnormalizer_", "test_unique_"),
    *("test_range_float", "test_range_bfloat", "test_range_int32_type_negative_delta_expanded"),
)
REFUSED = {
    "test_optional_has_element_empty_optional_input": "reads 'optional_input', which nothing"
}


def wrong_shapes(case: Case, done: Read) -> list[str]:
    """What comes out with another shape than in the test; "none" where nobody knows one."""
    found = []
    for value, array in zip(done.shapes, case.outputs, strict=False):
        if array is None:
            continue
        if isinstance(array, list):
            known = value is not None and value.items is not None
            ours: Any = [one.shape for one in value.items] if known else None
            theirs: Any = [shape_of(one) for one in array]
        else:
            ours = value.shape if value is not None and value.has_shape else None
            theirs = shape_of(array)
        if ours is None:
            found.append("none")
        elif ours != theirs:
            found.append(f"{ours}, not {theirs}")
    return found


@pytest.mark.slow
def test_cases_of_common_operators_are_read() -> None:
    modules = QUICK.split()
    few: dict[str, list[Case]] = {}
    for case in cases(modules):
        few.setdefault(case.model.graph.node[0].op_type, []).append(case)
    chosen = [case for each in few.values() for case in each[:2]]
    assert len(chosen) >= 60
    for case in chosen:
        done = read(case)
        assert (done.error, done.unknown, wrong_shapes(case, done)) == ("", (), []), case.name


@pytest.mark.slow
def test_every_case_is_read() -> None:
    every = cases(())
    assert len(every) >= 1884
    unknown: set[str] = set()
    refused: dict[str, str] = {}
    for case in every:
        done = read(case)
        if done.error:
            refused[case.name] = done.error
            continue
        unknown.update(done.unknown)
        wrong = wrong_shapes(case, done)
        if case.name.startswith(SHAPELESS):
            assert set(wrong) <= {"none"}, case.name
        else:
            assert wrong == [], case.name
    assert unknown == UNKNOWN
    assert refused.keys() == REFUSED.keys()
    assert all(REFUSED[name] in said for name, said in refused.items())
