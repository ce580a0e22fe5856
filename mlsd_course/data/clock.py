"""Instants: points in time that mean the same everywhere, held in UTC; days are New York's."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from mlsd_course.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

HERE = "America/New_York"
YEAR = ("2013-01-01T05:00Z", "2014-01-01T05:00Z")
"""New York's 2013, from its first midnight to its last."""


def instant(when: "str | datetime | pd.Timestamp") -> "pd.Timestamp":
    """Return `when` as an instant in UTC; it must say its zone ("2013-07-04T17:00Z", "… -04:00") and lie in 2013.

    >>> instant("2013-07-10T17:00Z")
    Timestamp('2013-07-10 17:00:00+0000', tz='UTC')
    """
    time = _parse("t", when)
    if time.tzinfo is None:
        raise ParameterError(
            "t",
            given=when,
            allowed="a time that says its zone",
            remedy='Add "Z" for UTC, or write data.new_york("2013-07-04 13:00") for the clock in New York',
        )
    return _in_2013(time.tz_convert("UTC"), when)


def new_york(clock: "str | datetime | pd.Timestamp") -> "pd.Timestamp":
    """Return the instant at which clocks in New York show `clock` (the first of two, when they are put back).

    >>> new_york("2013-07-10 13:00")
    Timestamp('2013-07-10 17:00:00+0000', tz='UTC')
    """
    time = _parse("clock", clock)
    if time.tzinfo is not None:
        raise ParameterError("clock", given=clock, allowed="a time without a zone", remedy="Leave the zone out")
    try:
        return _in_2013(time.tz_localize(HERE, ambiguous=True).tz_convert("UTC"), clock)
    except ValueError as error:
        if isinstance(error, ParameterError):
            raise
        raise ParameterError(
            "clock", given=clock, allowed="a time that clocks show", remedy="On 10 March they jump from 2:00 to 3:00"
        ) from error


def days(first: str, last: str | None = None) -> "tuple[pd.Timestamp, pd.Timestamp]":
    """Return the instants at which the New York day `first` begins and the day `last` (default: the same) ends."""
    import pandas as pd

    begin, end = _parse("first", first), _parse("last", first if last is None else last)
    if begin.tzinfo or end.tzinfo or begin != begin.normalize() or end != end.normalize() or end < begin:
        raise ParameterError(
            "days",
            given=(first, last),
            allowed='days such as "2013-07-04", the first not after the last',
            remedy="Leave the last one out for a single day",
        )
    return new_york(begin), new_york(end + pd.Timedelta(days=1))


def _parse(name: str, value: Any) -> "pd.Timestamp":
    import pandas as pd

    try:
        time = pd.Timestamp(value) if isinstance(value, str | datetime) else pd.NaT
    except ValueError:
        time = pd.NaT
    if time is pd.NaT:
        raise ParameterError(
            name, given=value, allowed='a time such as "2013-07-04T17:00Z"', remedy="Check its spelling"
        )
    return time.as_unit("us")


def _in_2013(time: "pd.Timestamp", given: object) -> "pd.Timestamp":
    import pandas as pd

    if not pd.Timestamp(YEAR[0]) <= time <= pd.Timestamp(YEAR[1]):
        raise ParameterError(
            "t",
            given=str(given),
            allowed="instants in 2013, New York's year",
            remedy="The data end there; choose another",
        )
    return time
