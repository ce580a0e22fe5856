"""The review rules: one object each, in one module a topic.

A rule passes by existing: every subclass of `Rule` in these modules is in `RULES`. A code's letter is the step that the
rule looks at (R requirements, C constraints, A architecture, S strategy); its slug is what code calls it by.
"""

from mlsd_course.design.model.fields import suggestion
from mlsd_course.design.review.rule import SEVERITIES, Finding, Rule
from mlsd_course.design.review.rules import (
    assumptions,
    availability,
    capacity,
    data,
    freshness,
    latency,
    metrics,
    monitoring,
    plan,
    privacy,
    records,
    resources,
    rollout,
    structure,
    training_loop,
)
from mlsd_course.errors import DesignError

_TOPICS = (
    assumptions,
    availability,
    capacity,
    data,
    freshness,
    latency,
    metrics,
    monitoring,
    plan,
    privacy,
    records,
    resources,
    rollout,
    structure,
    training_loop,
)
RULES: tuple[Rule, ...] = tuple(
    sorted(
        (kind() for topic in _TOPICS for kind in vars(topic).values()
         if isinstance(kind, type) and issubclass(kind, Rule) and kind is not Rule),
        key=lambda rule: rule.code,
    )
)  # fmt: skip
_BY_SLUG = {rule.slug: rule for rule in RULES}


def rule_named(slug: str) -> Rule:
    """The rule of a slug, such as retries-multiply."""
    if slug not in _BY_SLUG:
        raise DesignError(
            "There is no such rule", given=slug, allowed=", ".join(_BY_SLUG), remedy=suggestion(slug, _BY_SLUG)
        )
    return _BY_SLUG[slug]


__all__ = ["RULES", "SEVERITIES", "Finding", "Rule", "rule_named"]
