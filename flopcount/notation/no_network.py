"""What is given for a network and is none: a spec in pieces, a model's file, a model's object."""

import re
from collections.abc import Iterator

from ..core import OPS
from ..errors import nearest, quote, quote_path

READS = (
    "which is not read yet; a network's name, a table (.toml), a spec and models of PyTorch are "
    "(torchvision:resnet50, hf:config.json, model.pt2)"
)
MODELS = ("torchvision:NAME", "timm:NAME", "hf:NAME", "torch:package.module:NAME", "FILE.pt2")
INPUTS = "fc.inputs(1, 3, 224, 224)"

_SIZE = re.compile(r"(?:[0-9]+|[A-Z])(?:x(?:[0-9]+|[A-Z])){0,3}")

# The endings of files that hold a network elsewhere, and what such a file is.
_FILES = {
    "an ONNX model": "onnx ort",
    "a Keras model": "keras",
    "an HDF5 file, such as a Keras model": "h5 hdf5",
    "a PyTorch file": "pt pth ptl torchscript mar",
    "a checkpoint": "ckpt index",
    "a file of weights": "safetensors gguf ggml bin npz npy msgpack weights caffemodel params",
    "a TensorFlow graph": "pb pbtxt meta",
    "a TensorFlow Lite model": "tflite lite",
    "a Core ML model": "mlmodel mlpackage",
    "a Caffe network": "prototxt",
    "a Darknet configuration": "cfg",
    "a Paddle model": "pdmodel pdparams pdiparams",
    "a TensorRT engine": "engine trt plan",
    "a JSON file, such as a model's configuration": "json",
    "a YAML file, such as a model's configuration": "yaml yml",
    "a Python file": "py ipynb",
    "a pickle": "pkl pickle joblib",
}
# How what is in a file can be read after all.
_INSTEAD = {
    "a PyTorch file": "weights or code, which is not run; a module is read in Python, as "
    "torch:package.module:name, or from an export (model.pt2)",
    "a JSON file, such as a model's configuration": "read as {path!r} where it is of transformers",
    "a Python file": "a module in it is read as 'torch:{stem}:NAME', with --input",
}
_KIND_OF = {f".{ending}": kind for kind, endings in _FILES.items() for ending in endings.split()}

_MODULE = "a PyTorch module"

# Classes of models, by the package that they come from; no package is loaded for it.
_OBJECTS = {
    ("torch", "Module"): _MODULE,
    ("torch", "ExportedProgram"): "an exported PyTorch program",
    ("torch", "Tensor"): "a PyTorch tensor",
    ("keras", "Operation"): "a Keras model",
    ("keras", "Layer"): "a Keras model",
    ("tf_keras", "Layer"): "a Keras model",
    ("tensorflow", "Module"): "a TensorFlow module",
    ("flax", "Module"): "a Flax module",
    ("haiku", "Module"): "a Haiku module",
    ("equinox", "Module"): "an Equinox module",
    ("onnx", "ModelProto"): "an ONNX model",
    ("transformers", "PretrainedConfig"): "a configuration of Transformers",
}


def model_file(path: str) -> str:
    """Say that a path is of a model's file, by its ending; nothing for others.

    >>> model_file("nets/resnet50.onnx").partition(";")[0]
    "'nets/resnet50.onnx' is an ONNX model, which is not read yet"
    >>> model_file("nets/config.json").partition("; ")[2]
    "read as 'hf:nets/config.json' where it is of transformers"
    """
    ending = re.search(r"\.[a-z0-9]+$", path.casefold().rstrip("/"))
    kind = _KIND_OF.get(ending[0]) if ending else None
    if not kind:
        return ""
    if kind not in _INSTEAD:
        return f"{quote_path(path)} is {kind}, {READS}"
    stem = re.split(r"[/.]", path)[-2]
    return f"{quote_path(path)} is {kind}; {_INSTEAD[kind].format(path=f'hf:{path}', stem=stem)}"


def other_kind(text: str) -> str:
    """Say that a text is of no kind of model that is read; nothing for others.

    >>> other_kind("Torchvision:vgg11").partition("; ")[2].partition(" (")[0]
    "did you mean 'torchvision'?"
    >>> other_kind("googlenet")
    ''
    """
    kind, colon, _ = text.partition(":")
    if not colon or not kind.isidentifier():
        return ""
    kinds = [example.partition(":")[0] for example in MODELS]
    return f"unknown kind of model {quote(kind)}{nearest(kind, kinds)} (known: {', '.join(MODELS)})"


def shown_object(given: object) -> str:
    """What is no name, path or spec, as a message shows it: of a model what it is.

    >>> shown_object(5), shown_object(shown_object)
    ('5', 'a function (of models, modules of PyTorch are read)')
    """
    kind = next(_kinds(given), "")
    if kind == _MODULE:
        return f"{kind}, which fc.analyze(model, {INPUTS}) reads"
    return f"{kind} (of models, modules of PyTorch are read)" if kind else quote(given)


def _kinds(given: object) -> Iterator[str]:
    is_class = isinstance(given, type)
    for kind in given.__mro__ if isinstance(given, type) else type(given).__mro__:
        package = str(kind.__module__).partition(".")[0]
        known = _OBJECTS.get((package, kind.__name__))
        if known:
            yield f"the class of {known}" if is_class else known
    if callable(given):
        yield "a class" if is_class else "a function"


def unquoted(text: str) -> str:
    """Say that a text is a spec's first word alone, its size or a layer; nothing for others.

    A shell writes to a file, or makes a pipe, where a ``>`` or a ``|`` is not quoted.

    >>> unquoted("28x28x192").partition(" (")[0]
    "'28x28x192' is a size alone; quote the whole spec: flopcount '28x28x192 > conv 1x1 64'"
    """
    plain = re.sub("×|(?<=[0-9])X(?=[0-9])", "x", text)
    size = plain if _SIZE.fullmatch(plain) else "28x28x192"
    if plain not in OPS and size != plain:
        return ""
    kernel = "x".join(["1"] * size.count("x"))
    layer = f"conv {kernel} 64" if kernel else "dense 64"
    return (
        f"{quote(text)} is a {'layer' if plain in OPS else 'size'} alone; quote the whole spec: "
        f"flopcount '{size} > {layer}' (else the shell takes '>' for a file to write)"
    )
