"""What people type for a verb or an option of ours, as other programs have it."""

import shlex
from collections.abc import Collection, Sequence
from functools import cache

from ..errors import listed, quote, shorten
from ..writing.formats import report_files
from .verbs import VERBS

# The verb that is meant: what is typed for it. For `show` no verb is needed.
_VERBS = {
    "compare": "diff vs versus cmp comparison beside",
    "list": "ls dir networks models names tables catalog catalogue zoo",
    "plot": (
        "draw drawing picture figure graph visualize visualise chart image diagram render png svg"
    ),
    "sweep": "search grid explore scan vary",
    "fit": "budget optimize optimise scale",
    "check": "verify validate test keras",
    "formula": "symbolic derive equation expression",
    "breakeven": "break-even crossover reductions",
    "paper": "claims printed",
    "counters": "tools counter tool other-counters fvcore ptflops thop torchinfo calflops why",
    "help": "usage man manual docs commands",
    "version": "ver",
    "show": (
        "summary summarize count report analyze analyse profile stat stats info cost price run "
        "print flops macs params parameters complexity describe inspect estimate explain"
    ),
}

# The option that is meant, with its value or the ending of its file: what is typed for it.
_OPTIONS = {
    "--format json or -o .json": "json",
    "--format csv or -o .csv": "csv",
    "--format markdown or -o .md": "markdown md",
    "--format latex or -o .tex": "latex tex",
    "-o FILE": "output out outfile outputfile save file write export dest destination O",
    "-o .html": "html page web",
    "-o .png": "png svg pdf picture image plot figure",
    "--unit flops": "flops flop",
    "--unit macs": "macs mac macc maccs",
    "--unit GFLOPs": "gflops gflop",
    "--unit GMACs": "gmacs gmac",
    "--columns multiplies": "multiplies multiplications mults mul",
    "--columns params": "params param parameters weights",
    "--columns activations": "activations acts",
    "--format FORMAT": "fmt outputformat f",
    "--by layer": "layer perlayer bylayer details detailed",
    "--depth N": "maxdepth level levels",
    "--by branch": "branches bybranch perbranch",
    "--by module": "bymodule permodule",
    "--by op": "op ops operators byop perop bytype",
    "--input HxW": "size inputsize imagesize imgsize imsize shape inputshape resolution res i",
    "--input N": "tokens ntokens seq seqlen seqlength sequencelength maxlen maxlength",
    "--batch N": "batchsize bs b",
    "--past N": "cache cached kvcache pasttokens pastlen pastlength pastkeyvalues usecache",
    "--input N or --past N": "context ctx contextlength ncontext nctx",
    "--classes N": "numclasses nclasses nbclasses outputs",
    "--module NAME": "block stage part m",
    "--explain": "why arithmetic",
    "--tool T": "counter tools",
    "--as T": "like",
    "--naive READING": "reading",
    "--set NAME=N": "override",
    "--sort NAME": "sortby order orderby",
    "--keep FILTER": "filter where",
    "--top N": "limit head",
    "--budget COUNT=N": "max most under",
    "--help": "helpall fullhelp usage man options ?",
    "--version": "v V ver",
}
# What is said of a network behind its name: what is typed for it as an option.
_BEHIND = {
    "@kv=8": "kv kvheads numkvheads numkeyvalueheads nkvheads gqa",
    "@window=512": "window windowsize slidingwindow",
    "@width=0.5": "widthmult widthmultiplier widthfactor alpha",
}
_NETWORK = ("model", "network", "net", "arch", "architecture", "name")


def _fold(word: str) -> str:
    """An option without its hyphens; one of a single letter keeps its case."""
    bare = word.lstrip("-").replace("-", "").replace("_", "")
    return bare if len(bare) == 1 else bare.casefold()


@cache
def _meant() -> dict[str, str]:
    return {word: option for option, words in _OPTIONS.items() for word in words.split()}


def verb_meant(words: Sequence[str]) -> str:
    """The command that is meant where the first of the words is no verb; else nothing.

    >>> verb_meant(["diff", "googlenet", "inception-v3"]), verb_meant(["summary"])
    ('flopcount compare googlenet inception-v3', 'flopcount NETWORK')
    """
    name, rest = verb_named(words[0]), shlex.join(words[1:])
    if name == "show":
        return shorten(f"flopcount {rest or 'NETWORK'}")
    return shorten(f"flopcount {name} {rest}".strip()) if name else ""


def verb_named(word: str) -> str:
    """The verb that another program calls so; else nothing.

    >>> verb_named("diff"), verb_named("Summary"), verb_named("conv")
    ('compare', 'show', '')
    """
    typed = word.casefold()
    return next((name for name, names in _VERBS.items() if typed in names.split()), "")


def option_meant(
    word: str, known: Collection[str], endings: Collection[str], others: Collection[str]
) -> str:
    """What to type for an unknown option, as the end of a message; else nothing.

    `known` are the options of the verb, `endings` those of its files, `others` the options of the
    report.

    >>> option_meant("--flops", ["--unit"], [], [])
    "; did you mean '--unit flops'?"
    >>> option_meant("--flops", ["--input"], [], ["--unit"])
    "; 'flopcount NETWORK' takes '--unit flops'"
    """
    folded = _fold(word)
    if folded in _NETWORK:
        return "; a network stands without an option, as in 'flopcount googlenet'"
    for said, names in _BEHIND.items():
        if folded in names.split():
            return f"; it stands behind the network, as in 'NETWORK{said}'"
    options = _meant().get(folded, "").split(" or ")
    if taken := _taken(options, known, endings):
        return f"; did you mean {taken}?"
    if folded in VERBS and folded != "show":
        return f"; did you mean 'flopcount {folded}'?"
    taken = _taken(options, others, report_files())
    return f"; 'flopcount NETWORK' takes {taken}" if taken else ""


def _taken(options: Sequence[str], known: Collection[str], endings: Collection[str]) -> str:
    """Those of the options that a verb takes, as a message has them."""
    found = []
    for option in options:
        name, _, value = option.partition(" ")
        if name in known and (not value.startswith(".") or value in endings):
            found.append(quote(option.replace(" .", " FILE.")))
    return listed(found, "or")
