"""A .keras or .h5 file: its config and versions. No weight is read, nothing in it is run."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ....errors import FlopcountError, quote_path
from ...models.archives import Archive, parsed_json
from ...models.files import opened
from ...models.limits import MOST_JSON

_HDF = b"\x89HDF\r\n\x1a\n"
_WEIGHTS = "holds weights without a model: save all of it, with model.save('model.keras')"


class Stored(NamedTuple):
    """What a file says: the model's config, and the version of Keras that wrote it."""

    config: Mapping[str, Any]
    version: str = ""


def config_of(path: str) -> dict[str, Any]:
    """The config of the model in a file. Raises `FlopcountError` as `stored` does."""
    return dict(stored(path).config)


def stored(path: str) -> Stored:
    """The config and version in a file, which its first bytes say is a zip or HDF5.

    Raises `FlopcountError` for a file that is not there, is damaged, or has weights alone.
    """
    with opened(path, "a Keras model", (b"PK\x03\x04", b"PK\x05\x06", _HDF)) as file:
        is_hdf = file.read(len(_HDF)) == _HDF
    return _of_hdf(path) if is_hdf else _of_zip(path)


def _of_zip(path: str) -> Stored:
    with Archive(path, "a .keras file") as archive:
        if "config.json" not in archive.names:
            weights = any(name.endswith(".weights.h5") for name in archive.names)
            said = _WEIGHTS if weights else "has no config.json: it was not saved by model.save"
            raise FlopcountError(f"{archive.where} {said}")
        data = archive.read("config.json", MOST_JSON)
        config = parsed_json(data, f"{archive.where}: its config.json")
        version: Any = ""
        if "metadata.json" in archive.names:
            data = archive.read("metadata.json", MOST_JSON)
            metadata = parsed_json(data, f"{archive.where}: its metadata.json")
            version = metadata.get("keras_version") if isinstance(metadata, Mapping) else ""
    return _stored(config, version, archive.where)


def _of_hdf(path: str) -> Stored:
    """What HDF5 says, read in a process of its own: what is damaged may crash the library."""
    from ...models.apart import ApartError, apart
    from ...models.needs import needed

    needed("h5py", path)
    where = quote_path(path)
    try:
        found = apart(f"{__name__}:attributes", path)
    except ApartError:
        raise FlopcountError(f"{where} is damaged: its HDF5 cannot be read") from None
    text, version = found if isinstance(found, list) and len(found) == 2 else (None, "")
    if not isinstance(text, str):
        raise FlopcountError(f"{where} {_WEIGHTS}")
    data = text.encode(errors="surrogatepass")  # where it is damaged there is half a letter in it
    return _stored(parsed_json(data, f"{where}: its config"), version, where)


def attributes(path: str) -> tuple[str | None, str]:
    """The model's config in an HDF5 file, and the version of Keras. Raises `FlopcountError`."""
    import h5py

    where = quote_path(path)
    try:
        with h5py.File(path, "r") as file:
            text, version = file.attrs.get("model_config"), file.attrs.get("keras_version")
    except Exception as error:  # noqa: BLE001  whatever h5py says of a damaged file
        cause = str(error).strip().partition("\n")[0][:120]
        raise FlopcountError(f"{where} is damaged: {cause}") from None
    return _text(text), _text(version) or ""


def _text(value: Any) -> str | None:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else None


def _stored(config: Any, version: Any, where: str) -> Stored:
    if not isinstance(config, dict):
        raise FlopcountError(f"{where}: its config is no model's")
    config.pop("compile_config", None)
    known = isinstance(version, str) and len(version) < 40 and version.isprintable()
    return Stored(config, version if known else "")
