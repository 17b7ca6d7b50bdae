"""What is completed: lines as they are typed, and what is offered to each."""

CASES = {
    "flopcount goo": ["googlenet"],
    "flopcount show goo": ["googlenet"],
    "flopcount googlenet@t": ["googlenet@torchvision"],
    "flopcount compare googlenet inception-v4": ["inception-v4"],
    "flopcount list --family incep": ["inception"],
    "flopcount list --family inception --format ": ["table", "markdown", "csv", "json", "latex"],
    "flopcount form": ["formula"],
    "flopcount googlenet --module 3": ["3a", "3b"],
    "flopcount check --quiet googlenet --module 5": ["5a", "5b"],
    "flopcount inception-v4 --module C.": ["C.1", "C.2", "C.3"],
    "flopcount my.toml --module st": ["stem"],
    "flopcount breakeven googlenet --module 3a --branch ": ["1x1", "3x3", "5x5", "pool"],
    "flopcount googlenet --by ": ["layer", "branch", "module", "op"],
    "flopcount googlenet --naive ": ["reduce", "figure", "chained"],
    "flopcount googlenet --unit ": [
        *("multiplies", "macs", "flops", "K", "M", "G", "T"),
        *("KMACs", "MMACs", "GMACs", "TMACs", "KFLOPs", "MFLOPs", "GFLOPs", "TFLOPs"),
    ],
    "flopcount compare googlenet googlenet@torchvision --unit G": ["G", "GMACs", "GFLOPs"],
    "flopcount fit googlenet --budget m": ["multiplies=", "macs=", "multiplies_unpadded="],
    "flopcount formula googlenet --count f": ["flops"],
    "flopcount sweep googlenet --vary input=128:256 --pareto macs,in": ["macs,input"],
    "flopcount googlenet --format ": ["table", "markdown", "csv", "json", "latex"],
    "flopcount formula googlenet --format ": ["text", "latex", "python", "javascript", "json"],
    "flopcount sweep googlenet -o out.": ["out.csv", "out.parquet"],
    "flopcount sweep googlenet -o out.c": ["out.csv"],
    "flopcount googlenet --ex": ["--explain"],
    "flopcount sweep googlenet --vary 3a.r": ["3a.r3=", "3a.r5="],
    "flopcount sweep googlenet --vary 3a.r5=8:64:8 --sort 3": ["3a.r5"],
    "flopcount sweep googlenet --vary 3a.r5=8:64:8 --vary input=32:64 --keep i": ["input"],
    "flopcount sweep googlenet --vary 3a.r5=8:64:8 --histogram 3": ["3a.r5"],
    "flopcount fit googlenet --budget p": ["params=", "params_with_stats="],
    "flopcount fit googlenet --scale w": ["width"],
    "flopcount fit googlenet --at-least p": ["params=", "params_with_stats="],
    "flopcount fit googlenet --vary 3a.r5=8:64 --maximize 3": ["3a.r5"],
    "flopcount fit googlenet --vary 3a.r": ["3a.r3=", "3a.r5="],
    "flopcount fit nosuchnetwork --scale ": ["width", "input"],
    "flopcount googlenet --set 3a.r": ["3a.r3=", "3a.r5="],
    "flopcount googlenet --set 3a/5": ["3a/5x5/1=", "3a/5x5/2="],
    "flopcount my": ["my.toml"],
    "flopcount keras:ResNet50": ["keras:ResNet50", "keras:ResNet50V2"],
    "flopcount hel": ["help"],
    "flopcount vers": ["version"],
    "flopcount help comp": ["compare"],
    "flopcount help googl": [],
    "flopcount version ": [],
    "flopcount googlenet --module 3a --branch 5": ["5x5"],
    "flopcount nosuchnetwork --module ": [],
}
# The program answers all of them. The shells answer these, in bash quickly: a word, a value, a
# prefix with a dot, an ending =, a file, after a comma, and nothing;
ASKED = (
    *("flopcount form", "flopcount googlenet --by ", "flopcount sweep googlenet --vary 3a.r"),
    *("flopcount googlenet --set 3a/5", "flopcount fit googlenet --budget m", "flopcount my"),
    *("flopcount sweep googlenet --vary input=128:256 --pareto macs,in", "flopcount version "),
)
# and these slowly: with an @, a colon, an option, behind what is broken elsewhere.
SLOW = (
    *(
        "flopcount goo",
        "flopcount compare googlenet inception-v4",
        "flopcount keras:ResNet50",
    ),
    *("flopcount googlenet --ex", "flopcount sweep googlenet --vary 3a.r5=8:64:8 --sort 3"),
)
# What is typed before the tab key is pressed, and the line that then stands there.
TYPED = {
    "flopcount googlenet@t": "flopcount googlenet@torchvision",
    "flopcount googlenet@torchvision@na": "flopcount googlenet@torchvision@naive",
    "flopcount googlenet@naive=c": "flopcount googlenet@naive=chained",
    "flopcount googlenet@inp": "flopcount googlenet@input=",
    "flopcount googlenet --ex": "flopcount googlenet --explain",
    "flopcount my.toml --module st": "flopcount my.toml --module stem",
    "flopcount fit googlenet --budget w": "flopcount fit googlenet --budget weights=",
    "flopcount keras:ResNet152V": "flopcount keras:ResNet152V2",
}
PRESSED = (  # both shells break words in their own ways here; the others are slow
    *("flopcount googlenet@torchvision@na", "flopcount googlenet@naive=c"),
    "flopcount fit googlenet --budget w",
)
