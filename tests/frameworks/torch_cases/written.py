"""What writes numbers into a tensor, or adds them to it, at places that the data says."""

from .draws import Call, Draw, call, case


@case("fill", "zero", "index_fill")
def filled(d: Draw) -> Call:
    x = d.tensor(3, 4)
    if d.name == "zero":
        return call("default", x)
    if d.name == "fill":
        return call("Scalar", x, 0)
    return call("int_Scalar", x, 0, d.whole(2, most=3), 0)


@case("scatter")
def scattered(d: Draw) -> Call:
    return call("src", d.tensor(3, 4), 0, d.whole(2, 4, most=3), d.tensor(2, 4))


@case("index_copy")
def copied_to(d: Draw) -> Call:
    return call("default", d.tensor(3, 4), 0, d.whole(2, most=3), d.tensor(2, 4))


@case("masked_scatter")
def scattered_where(d: Draw) -> Call:
    return call("default", d.tensor(3, 4), d.truths(3, 4), d.tensor(12))


@case("put")
def put(d: Draw) -> Call:
    return call("default", d.tensor(3, 4), d.whole(5, most=12), d.tensor(5))


@case("slice_scatter")
def into_a_slice(d: Draw) -> Call:
    return call("default", d.tensor(3, 4), d.tensor(2, 4), 0, 1, 3)


@case("select_scatter")
def into_a_row(d: Draw) -> Call:
    return call("default", d.tensor(3, 4), d.tensor(4), 0, 1)


@case("diagonal_scatter")
def into_a_diagonal(d: Draw) -> Call:
    return call("default", d.tensor(3, 3), d.tensor(3))


@case("as_strided_scatter")
def into_strides(d: Draw) -> Call:
    return call("default", d.tensor(3, 4), d.tensor(2, 2), [2, 2], [4, 1])


@case("index_put", "_index_put_impl", "_unsafe_index_put")
def put_at(d: Draw) -> Call:
    return call("default", d.tensor(4, 2), [d.whole(3)], d.tensor(3, 2), d.yes())


@case("scatter_add")
def scattered_and_added(d: Draw) -> Call:
    return call("default", d.tensor(3, 4), 0, d.whole(2, 4, most=3), d.tensor(2, 4))


@case("index_add")
def added_at(d: Draw) -> Call:
    return call("default", d.tensor(3, 4), 0, d.whole(2, most=3), d.tensor(2, 4))


@case("scatter_reduce")
def scattered_and_reduced(d: Draw) -> Call:
    by = d.one_of("sum", "prod", "amax", "amin")
    return call("two", d.tensor(3, 4), 0, d.whole(2, 4, most=3), d.tensor(2, 4), by)


@case("index_reduce")
def reduced_at(d: Draw) -> Call:
    by = d.one_of("prod", "amax", "amin")
    return call("default", d.tensor(3, 4), 0, d.whole(2, most=3), d.tensor(2, 4), by)


@case("_unsafe_masked_index_put_accumulate")
def put_where(d: Draw) -> Call:
    where = [d.whole(2, most=3), d.whole(2)]
    return call("default", d.tensor(3, 4), d.truths(2), where, d.tensor(2))
