"""The as-of join: it puts beside each question the last row that was known when the question was asked."""

from typing import TYPE_CHECKING

from mlsd_course.data import store
from mlsd_course.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

_SQL = """
with newest as (
  select * from facts where {known_at} is not null
  qualify row_number() over (partition by {keys}, {known_at} order by _order desc) = 1
)
select asks.* exclude (_row), newest.* exclude ({keys}, _order)
from asks asof left join newest on {same} and asks.{at} >= newest.{known_at}
order by asks._row
"""


def asof_join(
    asks: "pd.DataFrame", facts: "pd.DataFrame", *, at: str, known_at: str, by: str | tuple[str, ...]
) -> "pd.DataFrame":
    """Return `asks` with, for each row, the columns of the last row of `facts` known by then.

    at: the column of `asks` with the instant of the question. known_at: the column of `facts` with the instant from which
    a row is known; equal instants match. by: the key column or columns, of the same name in both.

    Of several facts with one key and one instant the last in `facts` counts (a correction follows what it corrects). A
    missing key or instant matches nothing; a question without a match keeps its row and gets empty columns.

    >>> import pandas as pd
    >>> asks = pd.DataFrame({"key": ["a", "a"], "asked_at": [5, 9]})
    >>> facts = pd.DataFrame({"key": ["a", "a"], "known_at": [3, 7], "value": [30, 70]})
    >>> asof_join(asks, facts, at="asked_at", known_at="known_at", by="key")["value"].tolist()
    [30, 70]
    """
    keys = (by,) if isinstance(by, str) else tuple(by)
    _check(asks, facts, at, known_at, keys)
    joined = store.query(
        _SQL.format(
            at=_name(at),
            known_at=_name(known_at),
            keys=", ".join(map(_name, keys)),
            same=" and ".join(f"asks.{_name(key)} = newest.{_name(key)}" for key in keys),
        ),
        asks=asks.assign(_row=range(len(asks))),
        facts=facts.assign(_order=range(len(facts))),
    )
    return joined.set_axis(asks.index)


def _check(asks: "pd.DataFrame", facts: "pd.DataFrame", at: str, known_at: str, keys: tuple[str, ...]) -> None:
    for where, frame, columns in (("asks", asks, (at, *keys)), ("facts", facts, (known_at, *keys))):
        if missing := [column for column in columns if column not in frame]:
            raise ParameterError(
                f"columns of {where}",
                given=missing,
                allowed=", ".join(map(str, frame)),
                remedy="Name columns that it has",
            )
    if twice := sorted(set(asks) & set(facts) - set(keys)):
        raise ParameterError(
            "facts",
            given=twice,
            allowed="columns that asks does not have",
            remedy="Drop or rename them in one of the two",
        )


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'
