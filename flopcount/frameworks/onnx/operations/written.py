"""Text, images, trees and signals: named, with their shapes; what is a plain formula is priced."""

from typing import Any

from ....core.ops.tensors import Elementwise, Product, Reduction, Unknown
from ....errors import FlopcountError
from ....sizes import Shape, Size
from ...models.operands import Made, Operand, given_one
from .common import formula, moved, reads, tidy, whole
from .folding import sizes
from .shapes import broadcast
from .table import Called, Result, Several, put_out, rule

ML = "ai.onnx.ml"
TRAINING = "ai.onnx.preview.training"


def unknown(a: Called, *shapes: Shape) -> Made:
    """An operator that nobody priced: what comes out of it is known, and what it costs is not."""
    return Made(Unknown(a.name, shapes), reads(*a.inputs))


@rule("RegexFullMatch")
def _same_shape(a: Called) -> Result:
    return unknown(a, a.x.shape)


@rule("StringConcat")
def _joined(a: Called) -> Result:
    return unknown(a, broadcast(*(value.shape for value in a.values(2))))


@rule("TfIdfVectorizer")
def _counted(a: Called) -> Result:
    """How often each of some sequences of words is there: a number for each of them."""
    width = max(a.get("ngram_indexes", ()), default=-1) + 1
    return unknown(a, (*a.x.shape[:-1], width))


@rule("Det")
def _determinant(a: Called) -> Result:
    return unknown(a, a.x.shape[:-2])


@rule("DFT")
def _transformed(a: Called) -> Result:
    """A transform of Fourier's along an axis, the last but one unless it is said."""
    x = a.values(1)[0]
    rank = len(x.shape)
    axis = a.get("axis", 1)
    if a.opset >= 20:
        said = a.input(2)
        axis = -2 if said is None else sizes(said)[0]
    axis = whole(axis, rank)
    lengths = a.input(1)
    one_sided, inverse = bool(a.get("onesided", 0)), bool(a.get("inverse", 0))
    many: Size = x.shape[axis] if lengths is None else sizes(lengths)[0]
    last = 1 if one_sided and inverse else 2
    if one_sided and not inverse:
        many = many // 2 + 1
    elif one_sided and lengths is None:
        many = (many - 1) * 2
    return unknown(a, (*x.shape[:axis], many, *x.shape[axis + 1 : -1], last))


@rule("STFT")
def _spectrogram(a: Called) -> Result:
    """Transforms of frames: batch × frames × bins × 2."""
    x = a.values(1)[0]
    (step,) = sizes(a.input(1))
    window, length = a.input(2), a.input(3)
    size = window.shape[0] if window is not None else sizes(length)[0]
    bins = size // 2 + 1 if a.get("onesided", 1) else size
    return unknown(a, (x.shape[0], (x.shape[1] - size) // step + 1, bins, 2))


@rule("LabelEncoder", "Imputer", "CategoryMapper", domain=ML)
def _for_each(a: Called) -> Result:
    return unknown(a, a.x.shape)


@rule("Binarizer", domain=ML)
def _binarized(a: Called) -> Result:
    return formula("binarize", f"{{0}} > {tidy(a.get('threshold', 0.0))!r}", *a.values(1))


@rule("Scaler", domain=ML)
def _scaled(a: Called) -> Result:
    """(x − offset) · scale, a number for each feature, or one for all."""
    x = a.x
    numbers = [tuple(a.get(name) or (default,)) for name, default in (("offset", 0), ("scale", 1))]
    operands = (x, *(Operand((len(many),)) for many in numbers))
    return Made(Elementwise("scale", ("y = (x - x1) * x2",), _given(operands)), operands)


def _given(operands: tuple[Operand, ...]) -> Any:
    return tuple(given_one(operand) for operand in operands)


@rule("LinearRegressor", domain=ML)
def _linear(a: Called) -> Result:
    """A product with coefficients that stand in the file as a setting, and what is added."""
    return Several(tuple(_scores(a, a.get("targets", 1))))


def _scores(a: Called, targets: int) -> list[Made]:
    x = a.x
    x = x if len(x.shape) == 2 else x._replace(shape=(1, *x.shape))
    coefficients = len(a.get("coefficients", ()))
    if coefficients != targets * x.shape[-1]:
        raise FlopcountError(f"{coefficients} coefficients for {targets} × {x.shape[-1]}")
    weights = Operand((targets, x.shape[-1]))
    product = Product("y[b k] += x[b c] * x1[k c]", given=(given_one(x), weights.shape))
    steps = [Made(product, (x, weights))]
    if a.get("intercepts"):
        scores = (put_out(0, (x.shape[0], targets)), Operand((targets,)))
        steps.append(Made(Elementwise("add", ("y = x + x1",), (None, (targets,))), scores))
    return steps


@rule("LinearClassifier", domain=ML)
def _classes(a: Called) -> Result:
    """A score for each class, and the best of them; a score is no more than it is, or unknown."""
    classes = len(a.get("classlabels_ints") or a.get("classlabels_strings") or ())
    post = a.get("post_transform", "NONE")
    if post != "NONE" or not classes or len(a.x.shape) != 2:
        return unknown(a, a.x.shape[:1], (*a.x.shape[:1], max(classes, 1)))
    if len(a.get("coefficients", ())) != classes * a.x.shape[-1]:
        return unknown(a, a.x.shape[:1], (*a.x.shape[:1], classes))
    steps = _scores(a, classes)
    scores = put_out(len(steps) - 1, (a.x.shape[0], classes))
    best = Made(Reduction("argmax", "max", (1,)), (scores,))
    return Several((*steps, best), (-1, len(steps) - 1))


def _targets(a: Called, targets: int) -> Made:
    return unknown(a, (a.x.shape[0], targets))


@rule("TreeEnsemble", "TreeEnsembleRegressor", "SVMRegressor", domain=ML)
def _regressed(a: Called) -> Result:
    return _targets(a, 1 if a.name == "SVMRegressor" else a.get("n_targets", 1))


@rule("TreeEnsembleClassifier", "SVMClassifier", domain=ML)
def _classified(a: Called) -> Result:
    names = [name for name in a.attributes if name.startswith("classlabels_")]
    classes = max((len(a.get(name)) for name in names), default=1)
    return unknown(a, a.x.shape[:1], (a.x.shape[0], classes))


@rule("Normalizer", domain=ML)
def _normalized(a: Called) -> Result:
    return unknown(a, a.x.shape)


@rule("OneHotEncoder", domain=ML)
def _encoded(a: Called) -> Result:
    classes = a.get("cats_int64s") or a.get("cats_strings") or ()
    return unknown(a, (*a.x.shape, len(classes)))


@rule("FeatureVectorizer", domain=ML)
def _features(a: Called) -> Result:
    values = a.values(1, more=True)
    rows = values[0].shape[0]
    return moved("concat", a, (rows, sum(value.shape[-1] for value in values)), data=len(values))


@rule("Adagrad", "Adam", "Momentum", "Gradient", domain=TRAINING)
def _trained(a: Called) -> Result:
    """A step of training: as many tensors of each kind as are trained, of their shapes."""
    behind = [value.shape for value in a.values(1, more=True)[2:]]
    kinds = {"Adagrad": 3, "Momentum": 3, "Adam": 4}.get(a.name)
    if kinds is None:
        return None
    many = len(behind) // kinds
    trained, states = behind[:many], behind[2 * many :]
    return unknown(a, *trained, *states)
