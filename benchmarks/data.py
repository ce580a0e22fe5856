"""How long the data take: tables, the view at an instant, features, a day's replay, and the model with its scorecard."""

from collections.abc import Callable
from time import perf_counter

from mlsd_course import data


def timed(what: str, work: Callable[[], object], limit_s: float | None = None) -> object:
    start = perf_counter()
    result = work()
    limit = f"   (limit {limit_s:g} s)" if limit_s else ""
    print(f"{what:44}{perf_counter() - start:8.3f} s{limit}")
    return result


def main() -> None:
    import duckdb
    import pandas
    import sklearn.ensemble  # noqa: F401 - loading them is not what is timed

    print(f"duckdb {duckdb.__version__}, pandas {pandas.__version__}")
    timed("flights(), first call", data.flights, 0.5)
    timed("weather(), first call", data.weather)
    timed("as_of(t), first call", lambda: data.as_of("2013-07-10T21:00Z"), 0.3)
    timed("as_of(t), again", lambda: data.as_of("2013-07-11T21:00Z"), 0.3)
    day = timed("replay of a day", lambda: data.replay("2013-10-10"))
    timed(f"features of its {len(day):,} questions, first call", lambda: data.features(day.requests))
    timed("features, again", lambda: data.features(day.requests))
    timed("features of one question", lambda: data.features(day.requests.head(1)))
    model = timed("train_late_model()", data.train_late_model)
    card = timed("late_scorecard(model)", lambda: data.late_scorecard(model))
    print(card.round(4).to_string())


if __name__ == "__main__":
    main()
