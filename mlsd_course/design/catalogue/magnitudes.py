"""Orders of magnitude, each with the sources that were opened for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlsd_course.errors import DesignError


@dataclass(frozen=True)
class Reference:
    """A document that states a figure or a claim.

    year: of the document, or of the copy that was read where it has no date (`undated`). via: where the figure was read,
    if not in the document itself.
    """

    title: str
    publisher: str
    year: int
    address: str = ""
    via: str = ""
    undated: bool = False

    @property
    def short(self) -> str:
        """Publisher and year."""
        return f"{self.publisher}, {'seen ' if self.undated else ''}{self.year}"

    @property
    def whole(self) -> str:
        """Title, and where it was read if it was not opened itself."""
        return f"{self.title}, by {self.via}" if self.via else self.title

    def __str__(self) -> str:
        address = f", {self.address}" if self.address else ""
        return f"{self.whole} ({self.short}){address}"

    def markdown(self) -> str:
        """Publisher and year, with the address as a link whose tooltip is the title."""
        return f'[{self.short}](https://{self.address} "{self.whole}")' if self.address else self.short


@dataclass(frozen=True)
class Magnitude:
    """An order of magnitude and its sources; `says` is what to do instead where no source gives a figure."""

    says: str
    sources: tuple[Reference, ...] = ()
    known: bool = True

    def __str__(self) -> str:
        return self.says

    @property
    def cited(self) -> str:
        """The figure with publisher and year of its sources."""
        shorts = dict.fromkeys(source.short for source in self.sources)
        return f"{self.says} [{'; '.join(shorts)}]" if shorts else self.says

    @classmethod
    def read(cls, raw: Mapping[str, Any], references: Mapping[str, Reference], unknown: str) -> "Magnitude":
        """Read `says` and `from`, the keys of its sources; `unknown` is said where `says` is missing or null."""
        return cls(
            raw.get("says") or unknown,
            named_sources(raw.get("from", ()), references),
            known=raw.get("says") is not None,
        )


def named_sources(keys: Sequence[str], references: Mapping[str, Reference]) -> tuple[Reference, ...]:
    """The sources of these keys, or a `DesignError` that lists the keys."""
    for key in keys:
        if key not in references:
            raise DesignError("There is no such source", given=key, allowed=", ".join(references))
    return tuple(references[key] for key in keys)
