"""The review rules: one object each, in four modules that follow the four steps.

A rule passes by existing: every subclass of `Rule` in these modules is in `RULES`.
"""

from mlsd_course.design.review.rule import SEVERITIES, Finding, Rule
from mlsd_course.design.review.rules import architecture, constraints, requirements, strategy

RULES: tuple[Rule, ...] = tuple(
    sorted(
        (kind() for module in (requirements, constraints, architecture, strategy) for kind in vars(module).values()
         if isinstance(kind, type) and issubclass(kind, Rule) and kind is not Rule),
        key=lambda rule: rule.code,
    )
)  # fmt: skip

__all__ = ["RULES", "SEVERITIES", "Finding", "Rule"]
