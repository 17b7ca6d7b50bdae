"""Where a node stands: its module by an exporter's metadata, or by its name."""

import ast
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from ...core import Scope

# What the exporter of PyTorch from 2.5 on writes beside a node: the modules that it was called in.
_SCOPES = "pkg.torch.onnx.name_scopes"
_CLASSES = "pkg.torch.onnx.class_hierarchy"
Scopes = tuple[Scope, ...]


def scope_of(name: str, kind: str, metadata: Mapping[str, str]) -> Scopes:
    """The way to a node: the modules around it; of one that stands in none, its own name.

    >>> scope_of("/layer1/layer1.0/conv1/Conv", "Conv", {})
    (Scope(name='layer1', kind=''), Scope(name='0', kind=''), Scope(name='conv1', kind=''))
    >>> scope_of("model/conv1/Conv2D__12", "Conv", {})
    (Scope(name='model', kind=''), Scope(name='conv1', kind=''))
    >>> scope_of("n0", "Conv", {})
    (Scope(name='n0', kind='Conv'),)
    """
    if metadata and (found := _by_metadata(metadata.get(_SCOPES, ""), metadata.get(_CLASSES, ""))):
        return found
    return _by_name(name, kind)


@lru_cache(maxsize=4096)
def _by_metadata(scopes: str, classes: str) -> Scopes:
    """Of ``['', 'layer1', 'layer1.0', 'relu']`` and their classes; what is called stands last."""
    names, kinds = _texts(scopes), _texts(classes)
    if len(names) < 2:
        return ()
    kinds = kinds if len(kinds) == len(names) else [""] * len(names)
    steps = _steps(names[:-1], kinds[:-1])
    return steps or (Scope(plain(names[-1])),)


def _texts(text: str) -> list[str]:
    """A list of texts as Python writes it; nothing for whatever else stands there."""
    try:
        found = ast.literal_eval(text) if text and len(text) < 100_000 else []
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return []
    return [str(one) for one in found] if isinstance(found, list) else []


def _steps(names: Sequence[str], kinds: Sequence[str]) -> Scopes:
    """Each name without that of the step before it: ``layer1``, ``layer1.0`` → ``0``."""
    steps, before = [], ""
    for name, kind in zip(names, kinds, strict=True):
        if not name:
            continue
        own = name.removeprefix(f"{before}.") if before else name
        steps += [Scope(plain(part)) for part in own.split(".")[:-1]]
        steps.append(Scope(plain(own.split(".")[-1]), kind.rpartition(".")[2]))
        before = name
    return tuple(steps)


@lru_cache(maxsize=4096)
def _by_name(name: str, kind: str) -> Scopes:
    parts = [part for part in name.split("/") if part]
    if not parts:
        return (Scope(kind),)
    called = parts[-1].casefold().startswith(kind.casefold())
    if len(parts) == 1:
        return (Scope(plain(parts[0]), kind),)
    if name.startswith("/") or called:  # the last is what is called there
        parts = parts[:-1]
    return _steps(parts, [""] * len(parts)) if name.startswith("/") else _plain_steps(parts)


def _plain_steps(parts: Sequence[str]) -> Scopes:
    return tuple(Scope(plain(part)) for part in parts)


@lru_cache(maxsize=8192)
def plain(name: str) -> str:
    """A name without what ports have a meaning for: the colon, and marks that they begin with.

    >>> plain("kernel:0"), plain("F0::If_0")
    ('kernel', 'F0_If_0')
    """
    return re.sub(r":+|#|^=", "_", re.sub(r":0$", "", name)).strip() or "_"
