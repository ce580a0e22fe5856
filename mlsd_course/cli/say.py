"""What a person reads in the terminal."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def console(*, errors: bool = False) -> "Console":
    """Return the terminal; colours only where it shows them."""
    from rich.console import Console

    return Console(stderr=errors, highlight=False)


def complain(sentence: str) -> None:
    """Say what went wrong, in red."""
    console(errors=True).print(sentence, style="bold red", markup=False, soft_wrap=True)


def warn(sentence: str) -> None:
    """Say what the reader should know, in yellow."""
    console(errors=True).print(sentence, style="yellow", markup=False, soft_wrap=True)


def tell(sentence: str) -> None:
    """Say something."""
    console().print(sentence, markup=False, soft_wrap=True)
