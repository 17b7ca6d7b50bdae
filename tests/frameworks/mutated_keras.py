""".keras and .h5 files that are changed: their bytes, their zip, and what their config says."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from tests.frameworks.mutated_bytes import FLOATS, NAMES, SIZES, damaged

CONFIG = "config.json"
MOST = 4 << 20  # letters of a config that is changed further
CLASSES = (
    *("Dense", "Conv2D", "LSTM", "Lambda", "InputLayer", "Add", "Concatenate", "Functional"),
    *("Sequential", "MultiHeadAttention", "Bidirectional", "TimeDistributed", "Reshape", "Flatten"),
    *("BatchNormalization", "Embedding", "ZeroPadding2D", "Cropping2D", "system", "Own", ""),
)
MODULES = ("keras.layers", "os", "builtins", "subprocess", "keras.src.models.functional", "", "own")
KEYS = (
    *("filters", "units", "kernel_size", "strides", "padding", "dilation_rate", "groups", "name"),
    *("activation", "axis", "target_shape", "batch_shape", "layers", "inbound_nodes", "dtype"),
    *("data_format", "class_name", "config", "module", "registered_name", "input_layers"),
)


def mutated(data: bytes, random: Random) -> bytes:
    """A file with something wrong in it."""
    if data[:2] != b"PK" or random.random() < 0.2:
        return damaged(data, random)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    if random.random() < 0.1:
        return _zipped(members, random)
    text = members[CONFIG]
    if random.random() < 0.15:
        members[CONFIG] = damaged(text, random)
        return _plain(members)
    config = json.loads(text)
    for _ in range(random.choice((1, 1, 1, 2, 3, 6))):
        try:
            random.choice(CHANGES)(config, random)
            changed = json.dumps(config)
        except Exception:  # noqa: BLE001, S112  there is none of what it changes
            continue
        if len(changed) > MOST:
            break
        config = json.loads(changed)  # no part of it stands in it twice
    members[CONFIG] = _text(config, random)
    return _plain(members)


def _text(config: Any, random: Random) -> bytes:
    try:
        text = json.dumps(config)
    except RecursionError:
        return b"{}"
    if random.random() < 0.05:
        text = text.replace('"', '"\\ud800', 1)
    if random.random() < 0.05:
        text = text.replace(": null", f": {random.choice(('NaN', '-Infinity', '9' * 5000))}", 3)
    return text.encode(errors="replace")


def _plain(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, part in members.items():
            archive.writestr(name, part)
    return file.getvalue()


def _zipped(members: dict[str, bytes], random: Random) -> bytes:
    """The zip itself in another way: packed, encrypted, members that are links or twice there."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", random.choice((0, 8, 12, 14))) as archive:
        for name, part in members.items():
            info = zipfile.ZipInfo(random.choice((name, name, name, f"/{name}", f"../{name}")))
            info.compress_type = archive.compression
            info.external_attr = random.choice((0, 0o120777 << 16))
            archive.writestr(info, part)
            if random.random() < 0.2 and name == CONFIG:
                archive.writestr(f"{name}2", part)
    data = file.getvalue()
    if random.random() < 0.3:
        data = data.replace(b"config.json2", b"config.json\0")
    if random.random() < 0.3:  # said to be encrypted
        at = data.find(b"PK\x01\x02")
        data = data[: at + 8] + b"\1\0" + data[at + 10 :]
    if random.random() < 0.2:  # said to be of another size
        at = data.find(b"PK\x01\x02")
        data = data[: at + 24] + random.randbytes(4) + data[at + 28 :]
    return data


def _parts(value: Any) -> Iterator[tuple[Any, Any]]:
    """What is in it and can be changed: a dict or list, and the key of something in it."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        keys = range(len(value)) if isinstance(value, list) else [*value]
        for key in keys:
            yield value, key
            if isinstance(value[key], dict | list):
                waiting.append(value[key])


def _part(config: Any, random: Random) -> tuple[Any, Any]:
    return random.choice([*_parts(config)])


def _named(config: Any, key: str, random: Random) -> Any:
    return random.choice([value for value, k in _parts(config) if k == key])


def _value(random: Random) -> Any:
    values = (None, True, [], {}, "", [[]], {"class_name": "Own", "config": {}}, [1, 2, 3])
    kinds = (SIZES, FLOATS[:4], NAMES, values)
    return random.choice(random.choice(kinds))  # type: ignore[arg-type]


def number(config: Any, random: Random) -> None:
    found = [(v, k) for v, k in _parts(config) if type(v[k]) is int]
    value, key = random.choice(found)
    value[key] = random.choice(SIZES)


def anything(config: Any, random: Random) -> None:
    value, key = _part(config, random)
    value[key] = _value(random)


def known(config: Any, random: Random) -> None:
    key = random.choice(KEYS)
    _named(config, key, random)[key] = _value(random)


def gone(config: Any, random: Random) -> None:
    value, key = _part(config, random)
    del value[key]


def more(config: Any, random: Random) -> None:
    value, key = _part(config, random)
    if isinstance(value, list):
        value.extend([value[key]] * random.choice((1, 2, 1000)))
    else:
        value[random.choice(KEYS)] = _value(random)


def exchanged(config: Any, random: Random) -> None:
    (one, a), (two, b) = _part(config, random), _part(config, random)
    one[a], two[b] = json.loads(json.dumps([two[b], one[a]]))


def class_name(config: Any, random: Random) -> None:
    _named(config, "class_name", random)["class_name"] = random.choice(CLASSES)


def module(config: Any, random: Random) -> None:
    layer = _named(config, "module", random)
    layer["module"] = random.choice(MODULES)
    if random.random() < 0.5:
        layer["class_name"], layer["registered_name"] = "system", random.choice((None, "system"))
        layer["config"] = {"command": "touch attacked", "name": "system"}


def lambda_layer(config: Any, random: Random) -> None:
    layer = _named(config, "module", random)
    code = {"class_name": "__lambda__", "config": {"code": "4wEAAAAA", "defaults": None}}
    layer |= {"class_name": "Lambda", "config": {"name": "own", "function": code}}


def deep(config: Any, random: Random) -> None:
    value, key = _part(config, random)
    for _ in range(random.choice((50, 200, 3000))):
        value[key] = [value[key]] if random.random() < 0.5 else {"config": value[key]}


def layers_again(config: Any, random: Random) -> None:
    value = _named(config, "layers", random)
    value["layers"] = value["layers"] * random.choice((2, 10, 100))


def shuffled(config: Any, random: Random) -> None:
    random.shuffle(_named(config, "layers", random)["layers"])


def renamed(config: Any, random: Random) -> None:
    value = _named(config, "name", random)
    value["name"] = random.choice(NAMES)


def within(config: Any, random: Random) -> None:
    """The model as a layer of itself."""
    value = _named(config, "layers", random)
    value["layers"].append(json.loads(json.dumps(config)))


CHANGES: tuple[Callable[[Any, Random], None], ...] = (
    *(number, number, number, anything, anything, known, known, known, gone, gone, more, exchanged),
    *(class_name, class_name, module, lambda_layer, deep, layers_again, shuffled, renamed, within),
)
