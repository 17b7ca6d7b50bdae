"""Which of the networks shipped a test runs on: what takes long runs on few.

Every network is loaded, priced and summed in tests/notation/test_every_network.py, and compared
with public software in tests/facts.
"""

from flopcount.notation.library import variants
from flopcount.notation.shipped import families

# The family that the article is about: whatever is computed of a network is computed of these.
INCEPTION = list(families()["inception"].networks)
INCEPTION_AND_VARIANTS = [
    reference
    for name in INCEPTION
    for reference in (name, *(f"{name}@{variant}" for variant in variants(name)))
]
# Small ones of other families: residuals, depthwise convolutions, groups, squeezed branches.
OTHERS = ["resnet-18", "mobilenet-v2", "squeezenet-1.1", "shufflenet-v2-x0.5"]
SAMPLE = [*INCEPTION, *OTHERS]
