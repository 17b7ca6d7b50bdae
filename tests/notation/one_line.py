"""What every refusal of the notation is: one line."""

from flopcount import FlopcountError


def one_line(error: FlopcountError) -> str:
    message = str(error)
    assert message
    assert "\n" not in message
    assert message.isprintable()
    return message
