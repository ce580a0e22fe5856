"""`Design`: a whole design as a value, the business objective and the four steps.

Arithmetic, rules and text forms take a `Design`. It cannot change under them; `MLSystemDesign`, which learners change
cell by cell, gives one whenever it is asked something.
"""

from dataclasses import dataclass, field, replace
from typing import Protocol, Self

from mlsd_course.design.model.architecture import Architecture
from mlsd_course.design.model.constraints import Constraints
from mlsd_course.design.model.fields import Refused, TextField
from mlsd_course.design.model.part import Part
from mlsd_course.design.model.requirements import Requirements
from mlsd_course.design.model.step import Step
from mlsd_course.design.model.strategy import Strategy
from mlsd_course.errors import DesignError

STEPS: dict[str, type[Step]] = {
    "requirements": Requirements,
    "constraints": Constraints,
    "architecture": Architecture,
    "strategy": Strategy,
}


class FourSteps(Protocol):
    """Whatever holds an objective and the four steps: a `Design`, or a design that is still being changed."""

    @property
    def business_objective(self) -> str:
        """Who gains what."""

    @property
    def requirements(self) -> Requirements:
        """Step 1."""

    @property
    def constraints(self) -> Constraints:
        """Step 2."""

    @property
    def architecture(self) -> Architecture:
        """Step 3."""

    @property
    def strategy(self) -> Strategy:
        """Step 4."""


@dataclass(frozen=True)
class Design:
    """One design. Equal designs have equal steps; a changed design is a new one."""

    business_objective: str
    requirements: Requirements = field(default_factory=Requirements)
    constraints: Constraints = field(default_factory=Constraints)
    architecture: Architecture = field(default_factory=Architecture)
    strategy: Strategy = field(default_factory=Strategy)

    def __post_init__(self) -> None:
        object.__setattr__(self, "business_objective", _objective(self.business_objective))

    @classmethod
    def of(cls, steps: FourSteps) -> Self:
        """The design as it stands: later changes of `steps` do not reach it."""
        return cls(steps.business_objective, steps.requirements, steps.constraints, steps.architecture, steps.strategy)

    def adding(self, part: Part) -> Self:
        """A copy with one more part; a part of the same group and name is replaced where it stands."""
        name = next((name for name, kind in STEPS.items() if isinstance(part, sum(kind.accepts.values(), ()))), None)
        if name is None:
            allowed = ", ".join(kind.allowed() for kind in STEPS.values())
            raise DesignError("A design does not hold this", given=part, allowed=allowed)
        step: Step = getattr(self, name)
        changes: dict[str, Step] = {name: step.adding(part)}
        return replace(self, **changes)  # type: ignore[arg-type] # each name with a step of its own type


def _objective(given: object) -> str:
    try:
        objective = TextField().read(given)
        if not objective:
            raise Refused("is empty")
    except Refused as refusal:
        raise DesignError(f"A design starts from a business objective; this {refusal.why}", given=given,
                          allowed="one sentence: who gains what",
                          remedy="Try: 'Warn travellers of late arrivals so that fewer miss a connection'") from None  # fmt: skip
    return objective
