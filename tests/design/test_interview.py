"""What people say: read as a part, refused with the question it leaves open, or set against what somebody else said."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlsd_course.design import (
    Assumption,
    Availability,
    Budget,
    BusinessMetric,
    Compliance,
    Freshness,
    Growth,
    Interview,
    Latency,
    Maintainability,
    MLSystemDesign,
    Throughput,
    read_sentence,
    vague_words,
)
from mlsd_course.errors import DesignError

GOAL = "Warn travellers of late arrivals so that fewer miss a connection"

READ = {
    "p95 < 100 ms": Latency(percentile=95, limit_ms=100),
    "p95 latency below 0.1 seconds": Latency(percentile=95, limit_ms=100),
    "P99 within 1 s": Latency(percentile=99, limit_ms=1000),
    "99.9 % of requests within 100 ms": Latency(percentile=99.9, limit_ms=100),
    "1000 QPS": Throughput(per_s=1000),
    "1,000 requests per second": Throughput(per_s=1000),
    "86.4 million requests a day": Throughput(per_s=1000),
    "1k rps": Throughput(per_s=1000),
    "99.9 % over 30 days": Availability(share=0.999, window_days=30),
    "99,9 % uptime per month": Availability(share=0.999, window_days=30),
    "at most 0.1 % of requests fail over 30 days": Availability(share=0.999, window_days=30),
    "10x in 12 months": Growth(factor=10, months=12),
    "10x traffic within a year": Growth(factor=10, months=12),
    "weather at the model is at most 1 h old": Freshness(source="weather", at="model", limit_s=3600),
    "a change goes out within 1 day and back within 10 min": Maintainability(update_days=1, rollback_minutes=10),
    "GDPR: erase within 30 days, keep at most 400 days": Compliance(
        regime="GDPR",
        obligations=("erase within 30 days", "keep at most 400 days"),
        erase_within_days=30,
        retention_days=400,
    ),
    "$5000 a month": Budget(usd_per_month=5000),
    "weather comes every hour": Assumption(
        "weather_schedule", what="weather comes every hour", source="weather", every_s=3600
    ),
    "a nightly batch": Assumption("nightly_schedule", what="a nightly batch", every_s=86_400),
}


@pytest.mark.parametrize("sentence", READ)
def test_a_sentence_becomes_its_part(sentence):
    """Units, decimal commas, failures instead of successes and days instead of seconds are all understood."""
    part = read_sentence(sentence)
    assert type(part) is type(READ[sentence])
    for field, expected in READ[sentence].stated_fields().items():
        assert getattr(part, field) == (pytest.approx(expected) if isinstance(expected, float) else expected)


@pytest.mark.parametrize(
    ("wish", "ask"),
    [
        ("recall of 80 % in 3 months", "MLMetric"),
        ("5 % fewer refunds within a year", "BusinessMetric"),
        ("99.9 % uptime", "window"),
        ("p95 > 100 ms", "limit"),
        ("100 ms", "percentile"),
        ("10x", "date"),
        ("as fast as the flights of 2013", "milliseconds"),
        ("fast at p95", "limit"),
    ],
)
def test_the_question_fits_the_wish(wish, ask):
    """A share of something else is no availability; a year is no quantity; the question names what is missing."""
    with pytest.raises(DesignError, match="not yet a requirement") as refused:
        read_sentence(wish)
    assert ask in refused.value.remedy


@pytest.mark.parametrize("both", ["p95 < 100 ms at 1000 QPS", "99.9 % over 30 days and p95 < 100 ms"])
def test_two_requirements_in_one_sentence_are_not_halved(both):
    """A second requirement is never dropped in silence."""
    with pytest.raises(DesignError, match="two requirements"):
        read_sentence(both)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(line):
    """Nothing that a person can type ends in anything but a part or a question."""
    try:
        read_sentence(line)
    except DesignError as refused:
        told = refused.remedy or refused.allowed
    else:
        told = "a part"
    assert told


def test_a_year_pins_no_word_down():
    """'accurate in 2013' is as vague as 'accurate'; 'accurate to 5 minutes' is not."""
    assert [found.word for found in vague_words("accurate in 2013")] == ["accurate"]
    assert vague_words("accurate to 5 minutes") == []


@pytest.fixture
def talk():
    """A talk with two wishes and the course's model contradiction."""
    return Interview(GOAL).hear_all(
        [
            ("travel desk", "The warnings must be accurate"),
            ("operations", "99.9 % uptime"),
            ("travel desk", "weather at the model is at most 1 s old"),
            ("data platform", "weather comes from a nightly batch"),
            ("app team", "p95 < 100 ms"),
        ]
    )


def test_wishes_are_kept_with_their_question(talk):
    """A refused answer is not lost: it stays with who gave it and what to ask them."""
    assert [(entry.who, entry.said) for entry in talk.refused] == [
        ("travel desk", "The warnings must be accurate"),
        ("operations", "99.9 % uptime"),
    ]
    assert all(entry.ask for entry in talk.refused)
    with pytest.raises(DesignError, match="still wishes"):
        talk.design()


def test_a_second_and_a_nightly_batch_contradict_each_other(talk):
    """The two people who have to talk are named, and either of them can settle it."""
    (clash,) = talk.contradictions
    assert clash.code == "R23"
    assert clash.between == ("travel desk", "data platform")
    assert "1 s" in clash.what
    assert "24 h" in clash.what
    talk.settle(instead_of="The warnings must be accurate")
    talk.settle(("operations", "99.9 % over 30 days"), instead_of="99.9 % uptime")
    with pytest.raises(DesignError, match="travel desk and data platform talk"):
        talk.design()
    talk.settle(("data platform", "weather comes every 1 h"), instead_of="weather comes from a nightly batch")
    talk.settle(("travel desk", "weather at the model is at most 2 h old"), instead_of="freshness_model")
    design = talk.design()
    assert design.requirements.get("freshness_model").limit_s == 7200
    assert MLSystemDesign.from_yaml(design.to_yaml()) == design


CLASHES = {
    "R10": ["99.99 % over 30 days", "a change goes out within 1 day and back within 10 min"],
    "R21": ["p95 < 100 ms", "p99 < 50 ms"],
    "R23": ["flights at the model is at most 1 min old", "flights come every 1 h"],
    "R24": ["1000 QPS", "2000 QPS"],
    "R26": [
        "GDPR: erase within 3 days, keep at most 400 days",
        "a change goes out within 7 days and back within 5 min",
    ],
}


@pytest.mark.parametrize("code", CLASHES)
def test_each_clash_is_found_in_either_order(code):
    """Who speaks first does not matter, and one answer alone contradicts nothing."""
    first, second = CLASHES[code]
    for one, other in ((first, second), (second, first)):
        talk = Interview(GOAL).hear_all([("a", one), ("b", other)])
        assert [(clash.code, set(clash.between)) for clash in talk.contradictions] == [(code, {"a", "b"})]
        assert not Interview(GOAL).hear_all([("a", one)]).contradictions


def test_the_same_answer_from_two_people_is_one_requirement():
    """Agreement is no contradiction, and gives one part."""
    talk = Interview(GOAL).hear_all([("a", "p95 < 100 ms"), ("b", "p95 < 0.1 s")])
    assert not talk.contradictions
    assert len(talk.design().requirements) == 1


def test_one_metric_with_two_targets_is_a_contradiction():
    """Typed parts are heard too; two targets for one metric are two requirements."""
    told = {"kind": "cost", "what": "calls to agents", "on_data": "all trips of a month", "computed": "calls / trips"}
    metric = BusinessMetric("calls", target=0.02, aim="at_most", **told)
    talk = Interview(GOAL).hear_all([("finance", metric), ("travel desk", replace(metric, target=0.05))])
    assert [clash.code for clash in talk.contradictions] == ["R24"]


def test_what_nobody_said_cannot_be_settled(talk):
    """The error lists what was said."""
    with pytest.raises(DesignError, match=r"latency_p95"):
        talk.settle(instead_of="latency_p99")
    with pytest.raises(DesignError, match="somebody who wants it"):
        talk.hear(" ", "p95 < 100 ms")


def test_both_forms_show_everything(talk):
    """The table and the clashes are in the plain text and in the Markdown."""
    for shown in (repr(talk), talk._repr_markdown_()):
        assert "3 accepted, 2 refused, 1 contradiction." in shown
        assert "nightly batch" in shown
        assert "R23" in shown


def test_thirty_answers_that_agree_have_no_contradiction():
    """Every pair is looked at, and none is found; how long that takes is measured in benchmarks/design.py."""
    answers = [("a", f"news{n} at the model is at most {n} h old") for n in range(1, 16)]
    answers += [("b", f"news{n} comes every {n} h") for n in range(1, 16)]
    assert Interview(GOAL).hear_all(answers).contradictions == ()


def test_an_assumption_names_who_would_notice():
    """R25 asks for a check of each assumption; with one it is silent."""
    design = MLSystemDesign(GOAL).add(Assumption("read", what="travellers read a warning before they leave"))
    assert "R25" in design.review().codes
    design.add(replace(design.requirements.get("read"), checked_by="share of warnings opened within 1 h"))
    assert "R25" not in design.review().codes
