"""Packages that load a module with the first of its names that is asked for."""

from pathlib import Path
from types import ModuleType

import pytest

from flopcount import api, notation
from flopcount.core.ops import tensors

PACKAGES = [api, notation, tensors]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_no_name_is_that_of_a_module_beside_it(package: ModuleType) -> None:
    """Else the name would be the module, once something has loaded it."""
    names = {name for names in package._ROOMS.values() for name in names.split()}  # noqa: SLF001
    modules = {file.stem for file in Path(package.__path__[0]).glob("*.py")}
    assert names & modules == set()
    assert names <= {*package.__all__}
    assert all(hasattr(package, name) for name in package.__all__)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_a_name_that_is_not_there_is_said(package: ModuleType) -> None:
    with pytest.raises(AttributeError, match=f"{package.__name__}' has no attribute 'nothing'"):
        _ = package.nothing
