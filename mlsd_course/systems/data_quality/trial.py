"""A contract put to the test: how often it cries over clean files, and which corruptions it notices."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlsd_course.systems.data_quality.corruption import CORRUPTIONS, corrupted
from mlsd_course.systems.data_quality.delivery import Delivery
from mlsd_course.tables import markdown_table, text_table

HEAD = ("delivery", "refused", "first objection")


@dataclass(frozen=True, repr=False)
class Trial:
    """How a contract did on clean files and on spoilt ones.

    clean: the number of files as they came. alarms: by day, the first objection to a clean file (a false alarm). tried: the
    number of files spoilt by each corruption. caught: by corruption, how many of these were refused. objection: by
    corruption, the first objection to one of them; "" where none was refused.
    """

    clean: int
    alarms: Mapping[str, str]
    tried: int
    caught: Mapping[str, int]
    objection: Mapping[str, str]

    @property
    def noticed(self) -> tuple[str, ...]:
        """The corruptions that were refused every time."""
        return tuple(name for name, times in self.caught.items() if times == self.tried > 0)

    def sentence(self) -> str:
        """False alarms and catches in one line."""
        return (
            f"{len(self.alarms)} of {self.clean} clean files refused; {len(self.noticed)} of {len(self.caught)} "
            "corruptions noticed every time."
        )

    def rows(self) -> list[tuple[str, str, str]]:
        """Clean files, then one row a corruption."""
        first = next((f"{day}: {words}" for day, words in self.alarms.items()), "")
        return [
            ("as it came", f"{len(self.alarms)} of {self.clean}", first),
            *((name, f"{times} of {self.tried}", self.objection.get(name, "")) for name, times in self.caught.items()),
        ]

    def __repr__(self) -> str:
        return self.sentence() + "\n" + text_table(HEAD, self.rows())

    def _repr_markdown_(self) -> str:
        return self.sentence() + "\n\n" + markdown_table(HEAD, self.rows())


def trial(
    breaches: Callable[[Delivery], Sequence[Any]],
    files: Sequence[Delivery],
    names: Iterable[str] = tuple(CORRUPTIONS),
    spoilt: int = 6,
    seed: int = 0,
) -> Trial:
    """Hand all `files` to `breaches` as they came, and `spoilt` of them, spread evenly, after each corruption."""
    alarms = {file.day: str(objections[0]) for file in files if (objections := breaches(file))}
    some = [files[round(place * (len(files) - 1) / max(1, spoilt - 1))] for place in range(min(spoilt, len(files)))]
    caught: dict[str, int] = {}
    objection: dict[str, str] = {}
    for name in names:
        objections_each = [breaches(corrupted(file, name, seed)) for file in some]
        caught[name] = sum(map(bool, objections_each))
        objection[name] = next((str(objections[0]) for objections in objections_each if objections), "")
    return Trial(len(files), alarms, len(some), caught, objection)
