"""What an option's value is where it has one: the second of two would hold in silence."""

from argparse import Action, ArgumentParser, Namespace
from typing import Any


class Once(Action):
    """Store the value of an option, as argparse does, and refuse a second one."""

    def __call__(
        self,
        parser: ArgumentParser,
        namespace: Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Keep the value; `parser` refuses another one."""
        given: set[str] = vars(namespace).setdefault("given", set())
        if option_string is not None and self.dest in given:
            parser.error(f"{option_string} is given twice")
        given.add(self.dest)
        setattr(namespace, self.dest, values)
