"""What a person reads in the terminal. Nothing that a learner wrote moves a cursor or colours anything there."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def console(*, errors: bool = False) -> "Console":
    """Return the terminal; colours only where it shows them."""
    from rich.console import Console

    return Console(stderr=errors, highlight=False)


def complain(sentence: str) -> None:
    """Say what went wrong, in red."""
    console(errors=True).print(plain(sentence), style="bold red", markup=False, soft_wrap=True)


def warn(sentence: str) -> None:
    """Say what the reader should know, in yellow."""
    console(errors=True).print(plain(sentence), style="yellow", markup=False, soft_wrap=True)


def tell(sentence: str, *, beside: bool = False) -> None:
    """Say something; `beside` the output, where that may be a file of grades."""
    console(errors=beside).print(plain(sentence), markup=False, soft_wrap=True)


def plain(text: str) -> str:
    """Return the text without the signs that steer a terminal; line ends stay."""
    return "".join(sign if sign.isprintable() or sign == "\n" else "\N{REPLACEMENT CHARACTER}" for sign in text)
