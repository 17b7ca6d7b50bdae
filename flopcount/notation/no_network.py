"""What is given for a network and is none: a spec in pieces, a model's file, a model's object."""

import os
import re
from typing import NamedTuple

from ..errors import nearest, quote, quote_path

MODELS = (
    *("torchvision:NAME", "timm:NAME", "hf:NAME", "torch:package.module:NAME", "keras:NAME"),
    *("jax:package.module:NAME", "FILE.onnx", "FILE.keras", "FILE.h5", "FILE.pt2"),
)
READS = (
    "which is not read; a network's name, a table (.toml), a spec and models are "
    "(model.onnx, model.keras, model.pt2, torchvision:resnet50, keras:ResNet50, hf:config.json)"
)

INPUTS = "fc.inputs(1, 3, 224, 224)"

_SIZE = re.compile(r"(?:[0-9]+|[A-Z])(?:x(?:[0-9]+|[A-Z])){0,3}")

# The endings of files that hold a network elsewhere, and what such a file is.
_FILES = {
    "an optimised model of ONNX Runtime's": "ort",
    "an HDF5 file, such as a Keras model": "hdf5",
    "a file of Keras weights": "weights.h5",
    "a PyTorch file": "pt pth ptl torchscript mar",
    "a checkpoint": "ckpt index",
    "a file of weights": "safetensors gguf ggml bin npz npy msgpack weights caffemodel params",
    "a TensorFlow graph": "pb pbtxt meta",
    "a TensorFlow Lite model": "tflite lite",
    "an exported JAX program": "stablehlo jaxexport mlir",
    "a Core ML model": "mlmodel mlpackage",
    "an OpenVINO model": "xml",
    "an ncnn model": "param",
    "an MNN model": "mnn",
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
    "a Python file": "a module of PyTorch in it is read as 'torch:{stem}:NAME', a function of JAX "
    "as 'jax:{stem}:NAME', with --input",
    "a TensorFlow graph": "not read: load it in Python and save it as model.keras, or export it to "
    "model.onnx (python -m tf2onnx.convert)",
    "a TensorFlow Lite model": "not read: convert it to model.onnx (python -m tf2onnx.convert)",
    "an optimised model of ONNX Runtime's": "not read: the model.onnx that it was made from is",
    "an HDF5 file, such as a Keras model": "a Keras model in it is read where it ends in .h5",
    "a file of Keras weights": "weights have no layers: give the model, model.keras",
}
# What other words before a colon are meant for.
_KIND_MEANT = {
    "onnx": "an ONNX file is named by its path alone: model.onnx",
    **dict.fromkeys(("pt", "pytorch", "nn"), "a module is torch:package.module:NAME"),
    **dict.fromkeys(
        ("tf", "tensorflow", "tfhub", "savedmodel"),
        "of TensorFlow's, Keras models are read: keras:NAME, model.keras, or in Python "
        "fc.read_keras(model); others by way of model.onnx",
    ),
    **dict.fromkeys(
        ("flax", "linen", "nnx", "equinox", "eqx", "haiku", "hk"),
        "a function, or a module of Flax or Equinox, is jax:package.module:NAME",
    ),
    **dict.fromkeys(("huggingface", "transformers"), "a model of transformers is hf:NAME"),
}
_KIND_OF = {f".{ending}": kind for kind, endings in _FILES.items() for ending in endings.split()}

_READ_IN_PYTHON = {
    "torch": f"fc.read_torch(model, {INPUTS})",
    "keras": "fc.read_keras(model)",
    "jax": "fc.read_jax(function, fc.inputs(1, 224, 224, 3))",
    "onnx": "fc.read_onnx(model)",
}


class ModelKind(NamedTuple):
    """What a model's object is: its name, the reader that it is for, and whether it is a class."""

    name: str
    reader: str = ""
    is_class: bool = False


# Classes of models, by the package that they come from; no package is loaded for it.
_OBJECTS = {
    ("torch", "Module"): ("a PyTorch module", "torch"),
    ("torch", "ExportedProgram"): ("an exported PyTorch program", ""),
    ("torch", "Tensor"): ("a PyTorch tensor", ""),
    ("keras", "Operation"): ("a Keras model", "keras"),
    ("keras", "Layer"): ("a Keras model", "keras"),
    ("tf_keras", "Layer"): ("a model of Keras 2", ""),
    ("tensorflow", "Module"): ("a TensorFlow module", ""),
    ("flax", "Module"): ("a Flax module", "jax"),
    ("haiku", "Module"): ("a Haiku module", ""),
    ("equinox", "Module"): ("an Equinox module", "jax"),
    ("onnx", "ModelProto"): ("an ONNX model", "onnx"),
    ("onnx", "GraphProto"): ("the graph of an ONNX model", ""),
    ("transformers", "PretrainedConfig"): ("a configuration of Transformers", ""),
}


def model_file(path: str) -> str:
    """Say that a path is of a model's file, by its ending; nothing for others.

    >>> model_file("nets/yolo.cfg").partition(";")[0]
    "'nets/yolo.cfg' is a Darknet configuration, which is not read"
    >>> model_file("nets/config.json").partition("; ")[2]
    "read as 'hf:nets/config.json' where it is of transformers"
    """
    ending = re.search(r"(\.weights)?\.[a-z0-9]+$", path.casefold().rstrip("/"))
    kind = _KIND_OF.get(ending[0]) if ending else None
    if not kind:
        return ""
    if kind not in _INSTEAD:
        return f"{quote_path(path)} is {kind}, {READS}"
    stem = re.split(r"[/.]", path)[-2]
    return f"{quote_path(path)} is {kind}; {_INSTEAD[kind].format(path=f'hf:{path}', stem=stem)}"


# The folders that a model may be, by a file that is in one.
_FOLDERS = {
    "saved_model.pb": ("a SavedModel of TensorFlow's", "a TensorFlow graph"),
    "keras_metadata.pb": ("a SavedModel of TensorFlow's", "a TensorFlow graph"),
    "model.weights.h5": ("a .keras file, unpacked", ""),
    "config.json": (
        "a folder of transformers' files",
        "a JSON file, such as a model's configuration",
    ),
}


def model_folder(path: str) -> str:
    """Say that a path is of a folder that holds a model; nothing for others."""
    if not path.isprintable() or "\0" in path or not os.path.isdir(path):  # noqa: PTH112  of any text
        return ""
    for file, (kind, instead) in _FOLDERS.items():
        if os.path.exists(os.path.join(path, file)):  # noqa: PTH110, PTH118
            cure = _INSTEAD.get(instead, "not read: give the file itself, model.keras")
            inside = path.rstrip("/")
            return (
                f"{quote_path(path)} is {kind}; {cure.format(path=f'hf:{inside}/{file}', stem='')}"
            )
    return ""


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
    if meant := _KIND_MEANT.get(kind.casefold()):
        return f"unknown kind of model {quote(kind)}; {meant}"
    kinds = [example.partition(":")[0] for example in MODELS if ":" in example]
    return f"unknown kind of model {quote(kind)}{nearest(kind, kinds)} (known: {', '.join(MODELS)})"


def model_kind(given: object) -> ModelKind | None:
    """What a model's object is, by its classes; a function is taken for one of JAX'.

    >>> model_kind(print), model_kind(5)
    (ModelKind(name='a function', reader='jax', is_class=False), None)
    """
    is_class = isinstance(given, type)
    for kind in given.__mro__ if isinstance(given, type) else type(given).__mro__:
        package = str(kind.__module__).partition(".")[0]
        if known := _OBJECTS.get((package, kind.__name__)):
            return ModelKind(*known, is_class)
    if not callable(given):
        return None
    return ModelKind("a class", "", is_class=True) if is_class else ModelKind("a function", "jax")


def shown_object(given: object) -> str:
    """What is no name, path or spec, as a message shows it: of a model what it is, and its cure.

    >>> shown_object(5), shown_object(dict)
    ('5', 'a class (of models, those of PyTorch, Keras, JAX and ONNX are read)')
    """
    kind = model_kind(given)
    if kind is None:
        return quote(given)
    if kind.is_class and kind.reader:
        return f"the class of {kind.name}; make a model of it"
    if kind.reader:
        return f"{kind.name}, which {_READ_IN_PYTHON[kind.reader]} reads"
    return f"{kind.name} (of models, those of PyTorch, Keras, JAX and ONNX are read)"


def unquoted(text: str) -> str:
    """Say that a text is a spec's first word alone, its size or a layer; nothing for others.

    A shell writes to a file, or makes a pipe, where a ``>`` or a ``|`` is not quoted.

    >>> unquoted("28x28x192").partition(" (")[0]
    "'28x28x192' is a size alone; quote the whole spec: flopcount '28x28x192 > conv 1x1 64'"
    """
    from ..core.ops.words import OPS

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
