"""Each review rule: it teaches, it objects where it should, and it is silent on the worked designs."""

import pkgutil
import re
from functools import cache
from importlib import import_module

import pytest
import yaml

from mlsd_course.design import (
    RULES,
    Assumption,
    Compliance,
    Facts,
    Freshness,
    Latency,
    MLSystemDesign,
    Rule,
    broken_twin,
    read_sentence,
    worked_design,
    worked_designs,
)
from mlsd_course.design.model.part import snake
from mlsd_course.design.review import rules
from mlsd_course.design.review.rules import SEVERITIES, rule_named
from mlsd_course.design.worked.designs import _apply
from mlsd_course.errors import DesignError
from tests.support.small_parts import BY_CODE

EMPTY = dict.fromkeys(
    [
        "R01",
        "R03",
        "R08",
        "R15",
        "R19",
        "C02",
        "C03",
        "C04",
        "C06",
        "C14",
        "C16",
        "C10",
        "S01",
        "S05",
        "S08",
        "S10",
        "S14",
        "S17",
        "S20",
        "A01",
    ],
    "empty",
)
C, F, B, M, Y = (
    "architecture.components",
    "architecture.flows",
    "requirements.business_metrics",
    "requirements.ml_metrics",
    "requirements.system_requirements",
)
DATA, COMPUTE, TEAM = "constraints.data_constraints", "constraints.compute_constraints", "constraints.team_constraints"
P95, P99 = "latency_p95", "latency_p99"


def put(group, named, **fields):
    """Set fields of a part."""
    return {"in": group, "named": named, "set": fields}


def drop(group, named):
    """Take a part out."""
    return {"in": group, "named": named, "drop": True}


def unset(group, named, *fields):
    """Take fields of a part back to their defaults."""
    return {"in": group, "named": named, "unset": list(fields)}


CASES = {
    "R06": [drop(Y, P95), drop(Y, P99)],
    "R07": [put(Y, P95, percentile=50), drop(Y, P99)],
    "R09": [drop(Y, "availability")],
    "R13": [unset(Y, "compliance_gdpr", "erase_within_days")],
    "R14": [drop(Y, "freshness_vectors")],
    "R18": [put(B, "handling_time", worth_usd_per_month=100)],
    "R20": [unset(M, "recall5", "slices")],
    "R21": [put(Y, P99, limit_ms=300)],
    "R22": [put(Y, "freshness_vectors", at="vector")],
    "C05": [unset(DATA, "loud_products", "mitigation")],
    "C07": [put(F, "web -> api", bytes=20e6)],
    "C08": [put(TEAM, "expertise", knows=["REST"])],
    "C15": [put(COMPUTE, "infrastructure", type="legacy", name="crm", interface="SOAP calls, one per case")
            | {"unset": ["where", "bandwidth_gbps", "storage_gb", "max_replicas", "batch_window_hours"]}],
    "C17": [put(DATA, "velocity", events_per_s=5_000_000)],
    "C18": [put(TEAM, "expertise", ml_engineers=0, operators=0)],
    "C19": [put(DATA, "velocity", label_delay_days=400)],
    "S04": [unset("strategy.slices", "vectors", "measures")],
    "S06": [unset("strategy.risks", "name_leak", "fallback")],
    "S07": [unset("strategy.risks", "name_leak", "owner")],
    "S09": [drop("strategy.tests", "rollback_drill")],
    "S12": [put("strategy.rollout", "canary", hours=0.1)],
    "S16": [put("strategy.kill_criteria", "words_suffice", metric="minutes")],
    "S18": [unset("strategy.alerts", "budget_burn", "runbook")],
    "S21": [put(DATA, "velocity", label_delay_days=150), put("strategy.kill_criteria", "words_suffice", by_week=60)],
    "A04": [put(C, "api", availability=0.5)],
    "A06": [put(C, "api", capacity_per_s=23)],
    "A08": [put(Y, "freshness_vectors", source="web", at="articles")],
    "A17": [unset(C, "lake", "backed_up")],
    "A20": [put(C, name, watches=["drift"]) for name in ("api", "encoder")],
    "A21": [drop(F, "trainer -> encoder")],
    "A22": [drop(F, "web -> lake"), drop(F, "encoder -> monitor")],
    "A23": [unset(C, "lake", "encrypted")],
    "A26": [put(C, "flags", role="frontend", technology="web")],
    "A31": [unset(C, "vectors", "response")],
    "A33": [{"in": "architecture.decisions", "named": "", "drop": "all"}],
    "A34": [unset("architecture.decisions", "Words and vectors together", "rejected")],
    "A35": [put(C, "encoder", replicas=100)],
    "A39": [put(F, "web -> lake", schema="clicks v1"), put(F, "articles -> lake", schema="clicks v1")],
    "A40": [unset(C, "lake", "owner")],
}  # fmt: skip


ADDED = {
    "R23": [Freshness(at="model", limit_s=1), read_sentence("scores come from a nightly batch")],
    "R24": [Latency("what_sales_promised", percentile=95, limit_ms=20)],
    "R25": [Assumption("honest_clicks", what="a click means that the answer helped")],
    "R27": [Assumption("honest", what="a click means help", supports="helpful", checked_by="a survey a month")],
    "R26": [Compliance("ccpa", regime="CCPA", obligations=["erase"], erase_within_days=1, retention_days=30)],
}


@cache
def on_paper(name):
    """A worked design and its facts, shared by the tests that only look."""
    return Facts(worked_design(name))


def changed(changes, base="semantic_search"):
    """A worked design after changes."""
    data = yaml.safe_load(worked_design(base).to_yaml())
    for change in changes:
        _apply(data, change)
    return MLSystemDesign.from_yaml(yaml.safe_dump(data, allow_unicode=True))


@cache
def twins():
    """All broken twins."""
    return [broken_twin(name) for name in worked_designs()]


def faulty(code):
    """A design in which the rule must object: a case here, an empty design, or a broken twin that declares the code."""
    if code in CASES:
        return changed(CASES[code])
    if code in ADDED:
        return worked_design("semantic_search").add(*ADDED[code])
    if code in EMPTY:
        return MLSystemDesign("Warn travellers of late arrivals")
    return next(twin.design for twin in twins() if code in twin.codes)


@pytest.mark.parametrize("code", BY_CODE)
def test_fires(code):
    """A rule objects to a design that has its fault, with place, reason and remedy."""
    found = list(BY_CODE[code].find(Facts(faulty(code))))
    assert found
    assert all(finding.where and finding.what and finding.reason and finding.remedy for finding in found)


@pytest.mark.parametrize("code", BY_CODE)
def test_stays_silent(code):
    """A rule has nothing against a worked design."""
    for name in worked_designs():
        assert not list(BY_CODE[code].find(on_paper(name))), name


@pytest.mark.parametrize("code", CASES)
def test_one_change_is_blamed_on_few_rules(code):
    """A single fault is found by its rule, and not by a crowd: at most four other rules object."""
    assert len(changed(CASES[code]).review().codes - {code}) <= 4


def test_catalogue_of_rules():
    """There are at least 40 rules over all four steps, each with its own code, severity, remedy and lesson."""
    assert len(RULES) >= 40
    assert len(BY_CODE) == len(RULES)
    assert {rule.step for rule in RULES} == {"requirements", "constraints", "architecture", "strategy"}
    for rule in RULES:
        assert rule.severity in SEVERITIES
        assert len(rule.reason) > 40
        assert rule.reason.endswith((".", ")", "?", ":"))
        assert rule.remedy.endswith(".")


def test_slugs_name_rules():
    """Each rule has a slug of its own: the class's name in kebab case, by which code finds it."""
    slugs = [rule.slug for rule in RULES]
    assert len(set(slugs)) == len(slugs)
    for rule in RULES:
        assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)+", rule.slug)
        assert rule.slug == snake(type(rule).__name__).replace("_", "-")
        assert rule_named(rule.slug) is rule


def test_a_slug_that_is_not_there():
    """An unknown slug is refused with the nearest one."""
    with pytest.raises(DesignError, match="Did you mean 'retries-multiply'"):
        rule_named("retry-multiplies")


def test_every_topic_is_asked():
    """Each rule that a module of the folder defines is in `RULES`, so a topic cannot be forgotten."""
    topics = [import_module(f"{rules.__name__}.{topic.name}") for topic in pkgutil.iter_modules(rules.__path__)]
    defined = {
        kind for topic in topics for kind in vars(topic).values() if isinstance(kind, type) and issubclass(kind, Rule)
    }
    assert defined - {Rule} == {type(rule) for rule in RULES}


def test_findings_carry_the_slug():
    """A finding says by code and slug which rule it comes from."""
    for finding in broken_twin("fraud").design.review():
        assert finding.slug == BY_CODE[finding.code].slug


@pytest.mark.parametrize("name", worked_designs())
def test_broken_twin(name):
    """The review finds in each broken twin exactly the faults that it declares."""
    twin = broken_twin(name)
    assert twin.design.review().codes == twin.codes
    assert len(twin.codes) >= 5
