"""What makes of many numbers one, or a running one; what chooses some by their order."""

from typing import Any

from .draws import Call, Draw, call, case


def _over(d: Draw, *, least: int = 1) -> tuple[Any, list[int], bool]:
    shape = d.sizes(d.size(1, 3), least)
    return d.tensor(*shape), d.axes(len(shape)), d.yes()


@case("sum", "mean", "nansum")
def summed(d: Draw) -> Call:
    x, axes, keep = _over(d)
    if d.name != "nansum" and d.yes():
        return call("default", x)
    form = "default" if d.name == "nansum" else "dim_IntList" if d.name == "sum" else "dim"
    return call(form, x, d.one_of(axes, None), keep)


@case("prod")
def multiplied(d: Draw) -> Call:
    x, axes, keep = _over(d)
    return call("dim_int", x, axes[0], keep) if d.yes() else call("default", x)


@case("amax", "amin", "logsumexp")
def largest(d: Draw) -> Call:
    x, axes, keep = _over(d)
    return call("default", x, axes, keep)


@case("argmax", "argmin")
def place_of_the_largest(d: Draw) -> Call:
    x, axes, keep = _over(d)
    return call("default", x, axes[0], keep) if d.yes() else call("default", x)


@case("any", "all")
def truths(d: Draw) -> Call:
    x = d.truths(*d.sizes(2))
    return call("dim", x, d.axis(2), d.yes()) if d.yes() else call("default", x)


@case("count_nonzero")
def counted(d: Draw) -> Call:
    return call("dim_IntList", d.whole(*d.sizes(2), most=2).double(), d.axes(2))


@case("var", "std", "var_mean", "std_mean")
def spread(d: Draw) -> Call:
    x, axes, keep = _over(d, least=2)
    if d.yes():
        return call("correction", x, axes, correction=d.one_of(0, 1), keepdim=keep)
    return call("dim", x, axes, d.yes(), keep)


@case("max", "min")
def extreme(d: Draw) -> Call:
    x, axes, keep = _over(d)
    form = d.one_of("default", "dim", "other")
    if form == "other":
        return call(form, x, d.tensor(*x.shape))
    return call(form, x, axes[0], keep) if form == "dim" else call(form, x)


@case("norm")
def norm(d: Draw) -> Call:
    x, axes, keep = _over(d)
    order = d.one_of(1, 2, 3.0, float("inf"))
    return call("ScalarOpt_dim", x, order, axes, keep)


@case("linalg_vector_norm")
def vector_norm(d: Draw) -> Call:
    x, axes, keep = _over(d)
    return call("default", x, d.one_of(0, 1, 2, 3.0, float("inf")), d.one_of(axes, None), keep)


@case("cumsum", "cumprod", "cummax", "cummin", "logcumsumexp", "_logcumsumexp")
def running(d: Draw) -> Call:
    shape = d.shape()
    return call("default", d.tensor(*shape), d.axis(len(shape)))


@case("median", "nanmedian", "mode")
def middle(d: Draw) -> Call:
    form = "default" if d.name == "mode" else "dim"
    return call(form, d.tensor(*d.sizes(2)), d.axis(2), d.yes())


@case("sort", "argsort")
def sorted_(d: Draw) -> Call:
    return call("default", d.tensor(*d.sizes(2)), d.axis(2), d.yes())


@case("msort")
def sorted_along_the_first(d: Draw) -> Call:
    return call("default", d.tensor(*d.sizes(2)))


@case("topk", "kthvalue")
def chosen(d: Draw) -> Call:
    return call("default", d.tensor(3, 4), 2, d.axis(2))
