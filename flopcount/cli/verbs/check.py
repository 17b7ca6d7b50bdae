"""`flopcount check NETWORK`: each number beside Keras', or those of a model's software."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ...records import replace
from . import (
    Outcome,
    Verb,
    add_design,
    add_network,
    add_strict,
    design_options,
    lacking,
    load_network,
)

if TYPE_CHECKING:
    from ...notation import ModelDraft
    from ...writing.sheet import Sheet


def _add(parser: ArgumentParser) -> None:
    add_network(parser)
    add = parser.add_argument
    add("--module", action="append", default=[], help="this module alone (repeatable)")
    add_design(parser)
    add("--backend", help="of a table: jax, tensorflow or torch; else KERAS_BACKEND, else jax")
    add("--device", default="auto", help="cpu, gpu, or auto: a GPU if there is one")
    add("--quiet", action="store_true", help="only the layers that differ, and the summary")
    add("--time", action="store_true", help="also time each branch, or module of a PyTorch model")
    add_strict(parser)


def _run(args: Namespace) -> Outcome:
    from ...notation import ModelDraft, draft, is_model

    if is_model(args.network.partition("@")[0]):
        plan: object = draft(args.network, **design_options(args))
        if isinstance(plan, ModelDraft):
            return _of_model(args, plan)
    return _of_table(args)


def _of_table(args: Namespace) -> Outcome:
    """Build it in Keras, and compare."""
    from ...analysis.report import analyze
    from ...frameworks.keras.backend import import_keras, interruptible, needs_jax
    from ...frameworks.keras.check import check
    from ...frameworks.keras.report import check_json, check_sheet
    from ...frameworks.keras.time import time_branches, time_sheet
    from ...reading import few_layers
    from ...rewrites import selected
    from ..progress import Progress

    network = load_network(args)
    if args.module:
        network = selected(network, args.module)
    few_layers(len(network.nodes), "a check takes")  # before Keras is loaded, which takes long
    runs_on = {"backend": args.backend, "device": args.device}
    with interruptible(), Progress() as progress:
        import_keras(args.backend)
        if args.time:
            needs_jax("--time")
        result = check(
            network,
            progress=progress,
            reported=lambda samples: analyze(network, batch=samples).cost,
            **runs_on,
        )
        timed = time_branches(network, progress=progress, **runs_on) if args.time else ()

    sheet = check_sheet(result, quiet=args.quiet)
    if timed:
        sheet = replace(sheet, more=(time_sheet(timed, result.device),))
    document = partial(check_json, result, timed, quiet=args.quiet)
    return _outcome(sheet, document, equal=result.equal, lacks=lacking(args, network))


def _outcome(sheet: "Sheet", document: Callable[[], str], *, equal: bool, lacks: str) -> Outcome:
    """What a check found, as a sheet or, in JSON, as its document."""
    from ...writing.formats import render

    def produce(form: str) -> str:
        return document() if form == "json" else render(sheet, form)

    return Outcome(produce, 0 if equal else 1, sheet=lambda: sheet, lacks=lacks)


def _of_model(args: Namespace, plan: "ModelDraft") -> Outcome:
    """Compare what was read with the software that it is of."""
    from ...frameworks.keras.backend import interruptible
    from ...notation import checked_model
    from ..progress import Progress

    model = checked_model(plan, plan.name, args.backend)
    with interruptible(), Progress() as progress:
        from ...frameworks.checking import check_model, time_model

        shown = {"modules": args.module, "device": args.device, "progress": progress}
        result = check_model(model, **shown)
        timed, times = time_model(model, result, **shown) if args.time else ((), None)

    sheet = result.sheet(quiet=args.quiet)
    if times:
        sheet = replace(sheet, more=(times,))
    document = partial(result.to_json, timed, quiet=args.quiet)
    return _outcome(sheet, document, equal=result.equal, lacks=lacking(args, result.network))


VERB = Verb(
    "Build the network in Keras, run it, and compare every count of every layer, and\n"
    "the totals; of a model, compare each module with its own software: PyTorch; XLA\n"
    "for Keras and JAX; for an ONNX file, the shapes that the onnx package infers.\n"
    "The output says with what, and what was compared with nothing.\n"
    "Needs pip install 'flopcount[keras]', or the model's own software. The exit code\n"
    "is 1 where anything differs.",
    "check NETWORK [options]",
    _add,
    _run,
    "examples:\n  flopcount check googlenet\n  flopcount check googlenet --module 3a --time\n"
    "  flopcount check my.toml --quiet --format json\n"
    "  flopcount check torchvision:resnet18 --module layer1\n"
    "  flopcount check model.onnx\n",
    counts=False,
)
