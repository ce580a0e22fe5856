"""Which holders of personal data are at fault: one answer for the rule and for the verdict."""

import pytest

from mlsd_course.design import Compliance, Component, MLSystemDesign, Throughput
from mlsd_course.design.analysis.personal_data import kept_too_long, unprotected


def holder(**fields):
    """A store of personal data that is protected and keeps them for 30 days, unless told otherwise."""
    given = {"personal_data": True, "state": "durable", "encrypted": True, "authenticated": True,
             "retention_days": 30, "capacity_per_s": 100}  # fmt: skip
    return Component("store", layer="data", role="storage", does="keeps accounts", **given | fields)


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({}, []),
        ({"encrypted": False}, ["encrypted"]),
        ({"encrypted": False, "authenticated": False}, ["encrypted", "authenticated"]),
        ({"encrypted": False, "personal_data": False}, []),
    ],
)
def test_what_protection_is_missing(fields, missing):
    """Encryption and authentication are asked of holders of personal data, and of nobody else."""
    assert unprotected(holder(**fields)) == missing


@pytest.mark.parametrize(
    ("fields", "limit_days", "too_long"),
    [
        ({}, None, False),
        ({}, 30, False),
        ({}, 29, True),
        ({"retention_days": None}, None, True),
        ({"retention_days": None, "state": "cache"}, None, False),
        ({"retention_days": None, "personal_data": False}, None, False),
    ],
)
def test_storage_must_end(fields, limit_days, too_long):
    """Stored personal data need an end, and one that the law allows."""
    assert kept_too_long(holder(**fields), limit_days) is too_long


@pytest.mark.parametrize("fields", [{"encrypted": False}, {"retention_days": 31}, {"retention_days": None}])
def test_rule_and_verdict_agree(fields):
    """Where a rule objects to a holder of personal data, the simulated day finds the law missed, and names the holder."""
    law = Compliance(regime="GDPR", obligations=["erase"], retention_days=30)
    design = MLSystemDesign("Keep accounts").add(law, Throughput(per_s=1), holder(**fields))
    assert {"A23", "A24"} & design.review().codes
    verdict = design.simulate()["compliance_gdpr"]
    assert verdict.status == "missed"
    assert "store" in verdict.evidence
    design.add(holder())
    assert not {"A23", "A24"} & design.review().codes
    assert design.simulate()["compliance_gdpr"].status == "unknown"
