"""What a network calls of a framework: modules, functions, operators, and what each has of sizes.

Other counters see nothing else, so what they print follows from it.
"""

from .call import DISPATCHED, FUNCTION, LEVELS, MODULE, OPERATOR, Call
from .facts import FACTS

__all__ = ["DISPATCHED", "FACTS", "FUNCTION", "LEVELS", "MODULE", "OPERATOR", "Call"]
