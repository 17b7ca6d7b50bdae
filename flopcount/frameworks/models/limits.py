"""How much a file of somebody else's may ask for: all limits of .onnx, .keras and .h5 files.

What is beyond one is refused with one line. They keep a reading of any file within 2 GB and 20 s;
the largest real files that were seen are far below them.
"""

from ...errors import FlopcountError

MEGABYTE = 1 << 20

# What is read of a file, whatever else is in it: not the numbers of weights, nor texts for people.
MOST_FILE = 1 << 31  # bytes of an ONNX file: protobuf's own limit
MOST_KEPT = 64 * MEGABYTE  # of a graph without the numbers of its weights
MOST_FIELDS = 4_000_000  # of a graph, as protobuf counts them: about 3 s
MOST_JSON = 32 * MEGABYTE  # of a .keras file's config.json
MOST_TEXT = 64 << 10  # bytes of one text, or of one list of numbers, in a graph
MOST_NAME = 4096  # bytes of a name
MOST_MEMBERS = 100_000  # files in a zip
MOST_LEVELS = 100  # of JSON, and of protobuf, within each other

# What a graph may be.
MOST_NODES = 50_000  # with those of subgraphs, and of functions each time that one is called
MOST_NESTED = 16  # subgraphs, or functions, within each other
MOST_AXES = 64  # of a tensor
MOST_SIZE = 1 << 40  # of an axis
MOST_ELEMENTS = 1 << 62  # of a tensor
MOST_SUMMED = 500  # tensors of which one operation makes a sum, a product, an extreme
MOST_NUMBERS = 4096  # of a tensor whose numbers are read: a shape, axes, pads

# What another program is given that works on such a file for us.
MOST_SECONDS = 20
MOST_MEMORY = 2048 * MEGABYTE


def check_summed(count: int) -> None:
    """Raise `FlopcountError` for a formula of more tensors than Python parses everywhere."""
    if count > MOST_SUMMED:
        raise FlopcountError(f"it takes {count:,} tensors together; the limit is {MOST_SUMMED}")
