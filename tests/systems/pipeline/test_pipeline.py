"""The whole product: slowed, broken and starved parts, the scorecard, real threads, and the loop, on flights made for it and on the real ones."""

import math
import threading
import time

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from mlsd_course import data
from mlsd_course.errors import ParameterError
from mlsd_course.systems import pipeline
from mlsd_course.systems.pipeline import Case, Feed, Part, Product, period, score
from mlsd_course.systems.pipeline.scorecard import auc


@pytest.fixture(scope="module")
def week() -> pipeline.Period:
    """The lesson's week: 8 to 14 July 2013."""
    return period(data.flights(), "2013-07-08", 7)


def make(week: pipeline.Period, probability=lambda case: 1 / (1 + math.exp(-case.delay_min / 20))) -> Product:
    """Return a product with a simple model."""

    def ingest(case: Case, now: float) -> None:
        case.delay_min = week.feed.recent_delay_min(case.origin, now)

    def features(case: Case, now: float) -> None:
        case.row = [case.delay_min, case.hour]

    def model(case: Case, now: float) -> None:
        case.probability = probability(case)

    def decide(case: Case, now: float) -> bool:
        case.warn = case.probability >= 0.6
        return case.warn

    def deliver(case: Case, now: float) -> None:
        return None

    works = {"ingestion": ingest, "features": features, "model": model, "decision": decide, "delivery": deliver}
    return Product([Part(name, work, 2.0) for name, work in works.items()])


def test_the_period_is_the_real_week(week: pipeline.Period) -> None:
    """Every flight that landed, in the order of the schedule, asked two hours ahead; a day begins at New York's midnight."""
    flights = data.flights()
    clock = flights["scheduled_departure"].dt.tz_convert("America/New_York")
    there = flights[(clock >= "2013-07-08") & (clock < "2013-07-15") & flights["late"].notna()]
    assert len(week.cases) == len(there)
    assert sum(week.late) == int(there["late"].sum())
    departs = [case.departs_min for case in week.cases]
    assert departs == sorted(departs)
    assert all(
        case.asked_min == case.departs_min - 120 and case.deadline_min == case.departs_min - 60 for case in week.cases
    )
    assert {case.hour for case in week.cases if 0 <= case.departs_min < 24 * 60} == {
        int(t // 60) for t in departs if t < 1440
    }


def test_the_feed_knows_only_what_has_happened() -> None:
    """A departure counts from its minute on, for two hours, at its own airport."""
    epoch = pd.Timestamp("2013-07-08", tz="America/New_York")
    flights = pd.DataFrame(
        {
            "origin": ["JFK", "JFK", "LGA"],
            "departure": [epoch + pd.Timedelta(minutes=m) for m in (100, 130, 110)],
            "departure_delay_min": [10.0, 40.0, 99.0],
        }
    )
    feed = Feed(flights, epoch)
    seen = [feed.recent_delay_min("JFK", now) for now in (99, 100, 130, 219, 220, 250)]
    assert seen == [0.0, 10.0, 25.0, 25.0, 40.0, 0.0]


def test_no_part_can_peek(week: pipeline.Period) -> None:
    """A case holds no truth: what a part gets is what a case has and a clock."""
    assert not any("late" in name for name in vars(week.cases[0]))


def test_a_slow_model_ruins_the_outcome_and_not_the_accuracy(week: pipeline.Period) -> None:
    """Perfect on paper and slow: the money turns negative; with a second worker it does not."""
    perfect = make(week, lambda case: float(week.late[case.number]))
    quick, slow = score(perfect, week), score(perfect.changed("model", seconds=75), week)
    assert quick.auc_on_paper == slow.auc_on_paper == 1.0
    assert quick.helped_share == 1.0
    assert quick.money_usd == pipeline.SAVED_USD * quick.late
    assert slow.money_usd < 0
    assert score(perfect.changed("model", seconds=75, workers=2), week).money_usd == quick.money_usd


def test_a_starved_feed_costs_money_and_shows_nowhere(week: pipeline.Period) -> None:
    """Six hours behind: same accuracy on paper, same lights, less money."""
    well = make(week)
    fresh, stale = score(well, week), score(well.changed("ingestion", blind_min=360), week)
    assert stale.auc_on_paper == fresh.auc_on_paper
    assert "RED" not in stale.lights()
    assert stale.money_usd < fresh.money_usd - 20_000


def test_a_broken_part_loses_its_share(week: pipeline.Period) -> None:
    """Half of the cases vanish in delivery: about half of the warnings arrive, and nobody reports an error."""
    well = make(week)
    whole, half = score(well, week), score(well.changed("delivery", loses=0.5), week)
    assert half.warned == pytest.approx(whole.warned / 2, rel=0.1)
    assert score(well.changed("features", loses=1.0), week).warned == 0
    assert "RED" not in half.lights()


def test_first_come_first_served(week: pipeline.Period) -> None:
    """Nobody overtakes, no worker does two cases at a time, and work is never idle while somebody waits."""
    _, logs = make(week).changed("model", seconds=50).run(week.cases)
    log = logs[2]
    assert (np.diff(log.began_min) >= -1e-9).all()
    assert (log.began_min >= log.came_min - 1e-9).all()
    assert (log.began_min[1:] >= log.ended_min[:-1] - 1e-9).all()
    waited = log.waited_min[1:] > 1e-9
    assert np.allclose(log.began_min[1:][waited], log.ended_min[:-1][waited])
    assert log.busy_share(0, 24 * 60) <= 1 + 1e-9


def test_some_of_the_cases_can_be_run_alone(week: pipeline.Period) -> None:
    """A case goes its own way wherever it stands in the list that was given."""
    whole, _ = make(week).run(week.cases)
    some, logs = make(week).run(week.cases[400:500])
    assert [case.number for case in some] == list(range(400, 500))
    assert logs[0].cases == 100
    assert [case.delay_min for case in some] == [case.delay_min for case in whole[400:500]]
    assert any(case.sent_min for case in some)


def test_where_nobody_is_late_shares_are_no_numbers(week: pipeline.Period) -> None:
    """A quiet stretch without a late flight has a scorecard, and an airport without departures a feed."""
    quiet = pipeline.Period(week.cases[:50], week.feed, (False,) * 50)
    card = score(make(week), quiet)
    assert math.isnan(card.helped_share)
    assert math.isnan(card.auc_on_paper)
    assert "nan%" in str(card)
    assert math.isnan(pipeline.Month(1, 3, 0, 0, 20).caught_share)
    assert week.feed.recent_delay_min("TEB", 500.0) == 0.0


def test_money_by_hand() -> None:
    """Of six warnings two are right and in time; the four others bother, be they wrong or late."""
    card = pipeline.ProductScorecard(0.7, flights=10, late=4, warned=6, useful=2, in_time=4, p99_min=50.0, logs=())
    assert card.money_usd == 2 * 100 - 4 * 60
    assert card.helped_share == 0.5
    assert "67% of 6 warnings in time" in str(card)


def test_littles_law_in_the_log(week: pipeline.Period) -> None:
    """From the first case to the last, empty at both ends, heads counted at random moments agree with rate times mean time."""
    _, logs = make(week).changed("model", seconds=50).run(week.cases)
    log = logs[2]
    span_min = log.ended_min.max()
    looks = np.random.default_rng(2).uniform(0, span_min, 400_000)
    rate_per_min = log.cases / span_min
    mean_min = float((log.ended_min - log.came_min).mean())
    assert log.inside(looks).mean() == pytest.approx(rate_per_min * mean_min, rel=0.01)


def test_the_same_run_twice(week: pipeline.Period) -> None:
    """Cases are not used up, the loss is seeded."""
    broken = make(week).changed("delivery", loses=0.3)
    assert score(broken, week).money_usd == score(broken, week).money_usd
    assert week.cases[0].row == []


def test_auc_is_scikit_learns() -> None:
    """With ties and without."""
    rng = np.random.default_rng(1)
    truth = rng.random(500) < 0.3
    for scores in (rng.random(500) + truth, np.round(rng.random(500) + truth, 1), np.ones(500)):
        assert auc(scores, truth) == pytest.approx(roc_auc_score(truth, scores))


def test_littles_law_on_real_threads() -> None:
    """Heads counted by one observer, arrivals and stopwatches by others: L = lambda W within 10 %, and no thread stays."""
    before = threading.active_count()
    seen = pipeline.watch(40, 1.5, (4, 8, 2))
    assert seen.mean_inside == pytest.approx(seen.rate_per_s * seen.mean_time_s, rel=0.1)
    assert seen.items == 60
    assert threading.active_count() == before


def test_an_interrupted_watch_leaves_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopping the cell stops the threads too."""
    before, main, rest = set(threading.enumerate()), threading.current_thread(), time.sleep

    def interrupted(seconds: float) -> None:
        if threading.current_thread() is main and seconds > 0.02:
            raise KeyboardInterrupt
        rest(seconds)

    monkeypatch.setattr(pipeline.live.time, "sleep", interrupted)
    with pytest.raises(KeyboardInterrupt):
        pipeline.watch(20, 5, (2, 2))
    assert set(threading.enumerate()) <= before


def test_the_loop_goes_blind_while_its_report_improves() -> None:
    """Routes watched only while they look late: the report rises, what is caught falls; looking again helps."""
    shut = pipeline.watch_routes(data.flights(), 0.2)
    opened = pipeline.watch_routes(data.flights(), 0.2, look_again=0.1)
    assert shut[0].caught_share == 1.0
    assert shut[-1].caught_share < 0.05
    assert shut[-1].seen_rate > shut[0].seen_rate
    assert opened[-1].caught_share > 3 * shut[-1].caught_share
    assert pipeline.watch_routes(data.flights(), 0.0)[-1].caught_share == 1.0


@pytest.mark.parametrize(
    "wrong",
    [
        lambda week: make(week).changed("modle", seconds=1),
        lambda week: make(week).changed("model", seconds=0),
        lambda week: make(week).changed("model", workers=0),
        lambda week: make(week).changed("model", loses=2),
        lambda week: make(week).changed("model", blind_min=-1),
        lambda week: Product(make(week).parts[:4]),
        lambda week: period(data.flights(), "2014-07-08"),
        lambda week: period(data.flights(), "someday"),
        lambda week: period(data.flights().drop(columns="late"), "2013-07-08"),
        lambda week: pipeline.watch(100, 1, (20,)),
        lambda week: pipeline.watch_routes(data.flights(), 1.5),
    ],
)
def test_what_is_out_of_range_is_refused_with_a_sentence(week: pipeline.Period, wrong) -> None:
    """Each refusal says what was given and what is allowed."""
    with pytest.raises(ParameterError, match=r"got .*Allowed"):
        wrong(week)
