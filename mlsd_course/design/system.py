"""`MLSystemDesign`: the four steps of the framework as one object that can be checked, sized, simulated and defended."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.language.checklists import CHECKLISTS, Checklist
from mlsd_course.design.model.architecture import Architecture, Component, Decision, Flow
from mlsd_course.design.model.constraints import Constraints
from mlsd_course.design.model.part import Part, Refused, Text
from mlsd_course.design.model.requirements import Requirements
from mlsd_course.design.model.step import Step
from mlsd_course.design.model.strategy import Alert, KillCriterion, Retraining, Risk, Slice, Stage, Strategy, Test
from mlsd_course.errors import DesignError

if TYPE_CHECKING:
    from mlsd_course.design.analysis.binding import Binding
    from mlsd_course.design.analysis.day import SimulatedDay
    from mlsd_course.design.analysis.patterns import Recommendation
    from mlsd_course.design.analysis.request_time import QueueModel
    from mlsd_course.design.analysis.sensitivity import Tornado
    from mlsd_course.design.analysis.sizing import Sizing
    from mlsd_course.design.analysis.traffic import Traffic
    from mlsd_course.design.formats.mermaid import Diagram
    from mlsd_course.design.review.review import Review

STEPS: dict[str, type[Step]] = {
    "requirements": Requirements,
    "constraints": Constraints,
    "architecture": Architecture,
    "strategy": Strategy,
}
Parts = Iterable[Any] | Part | str | None


class MLSystemDesign:
    """The design of one ML system.

    Each of the four step methods, called with nothing, returns the framework's checklist for that step; called with
    parts, it replaces the groups that it is given and returns the step. `add` puts in or replaces single parts.

    Source: the four steps follow Huyen, Designing Machine Learning Systems (2022).

    >>> design = MLSystemDesign("Warn travellers of late arrivals so that fewer miss a connection")
    >>> list(design.define_requirements())
    ['business_metrics', 'ml_metrics', 'system_requirements']
    >>> design.define_requirements(system_requirements=["p95 < 100 ms", "1000 QPS"]).system_requirements
    (Latency(name='latency_p95', percentile=95, limit_ms=100), Throughput(name='throughput', per_s=1000))
    """

    def __init__(self, business_objective: str) -> None:
        try:
            self.business_objective = Text().read(business_objective)
            if not self.business_objective:
                raise Refused("is empty")
        except Refused as refusal:
            raise DesignError(f"A design starts from a business objective; this {refusal.why}", given=business_objective,
                              allowed="one sentence: who gains what",
                              remedy="Try: 'Warn travellers of late arrivals so that fewer miss a connection'") from None  # fmt: skip
        self.requirements = Requirements()
        self.constraints = Constraints()
        self.architecture = Architecture()
        self.strategy = Strategy()

    def define_requirements(
        self,
        business_metrics: Parts = None,
        ml_metrics: Parts = None,
        system_requirements: Parts = None,
        assumptions: Parts = None,
    ) -> Requirements | Checklist:
        """Step 1: clarify the problem and the success metrics. Sentences like 'p95 < 100 ms' are read as parts."""
        groups = {
            "business_metrics": business_metrics,
            "ml_metrics": ml_metrics,
            "system_requirements": system_requirements,
            "assumptions": assumptions,
        }
        return self._step("requirements", groups)

    def analyze_constraints(
        self, data_constraints: Parts = None, compute_constraints: Parts = None, team_constraints: Parts = None
    ) -> Constraints | Checklist:
        """Step 2: the technical and business constraints."""
        groups = {
            "data_constraints": data_constraints,
            "compute_constraints": compute_constraints,
            "team_constraints": team_constraints,
        }
        return self._step("constraints", groups)

    def design_architecture(
        self,
        components: Iterable[Component] | Component | None = None,
        flows: Iterable[Flow] | Flow | None = None,
        decisions: Iterable[Decision] | Decision | None = None,
    ) -> Architecture | Checklist:
        """Step 3: components, the flows between them, and the decisions behind them."""
        return self._step("architecture", {"components": components, "flows": flows, "decisions": decisions})

    def plan_implementation(
        self,
        slices: Iterable[Slice] | None = None,
        risks: Iterable[Risk] | None = None,
        tests: Iterable[Test] | None = None,
        rollout: Iterable[Stage] | None = None,
        kill_criteria: Iterable[KillCriterion] | None = None,
        alerts: Iterable[Alert] | None = None,
        retraining: Iterable[Retraining] | None = None,
    ) -> Strategy | Checklist:
        """Step 4: slices, risks with fallback, tests, rollout, and the conditions to stop."""
        groups = {"slices": slices, "risks": risks, "tests": tests, "rollout": rollout,
                  "kill_criteria": kill_criteria, "alerts": alerts, "retraining": retraining}  # fmt: skip
        return self._step("strategy", groups)

    def _step(self, step: str, groups: dict[str, Any]) -> Any:
        if all(parts is None for parts in groups.values()):
            return Checklist(STEPS[step].title, CHECKLISTS[step])
        setattr(self, step, getattr(self, step).with_groups(**groups))
        return getattr(self, step)

    def add(self, *parts: Part) -> Self:
        """Put parts where they belong; a part of the same type and name is replaced."""
        for part in parts:
            step = next(
                (step for step, kind in STEPS.items() if isinstance(part, sum(kind.accepts.values(), ()))), None
            )
            if step is None:
                allowed = ", ".join(kind.allowed() for kind in STEPS.values())
                raise DesignError("A design does not hold this", given=part, allowed=allowed)
            setattr(self, step, getattr(self, step).adding(part))
        return self

    def copy(self) -> "MLSystemDesign":
        """A second design that can be changed without touching this one."""
        twin = MLSystemDesign(self.business_objective)
        twin.requirements, twin.constraints = self.requirements, self.constraints
        twin.architecture, twin.strategy = self.architecture, self.strategy
        return twin

    def binding(self) -> "Binding":
        """Which constraint is reached first, with the arithmetic."""
        from mlsd_course.design.analysis.binding import binding

        return binding(Facts(self))

    def review(self) -> "Review":
        """What the rules find in the design, gravest first."""
        from mlsd_course.design.review.review import review

        return review(self)

    def recommend_pattern(self) -> "Recommendation":
        """Batch, online, stream and hybrid, ranked, with reasons and with what would flip the choice."""
        from mlsd_course.design.analysis.patterns import recommend

        return recommend(Facts(self))

    def size(self, target_utilisation: float = 0.7) -> "Sizing":
        """Replicas, storage, bandwidth and cost for the peak after growth, with the arithmetic."""
        from mlsd_course.design.analysis.sizing import size

        return size(Facts(self), target_utilisation)

    def simulate(self, traffic: "Traffic | None" = None, queues: "QueueModel | None" = None) -> "SimulatedDay":
        """Run a day of traffic through the architecture: a verdict per requirement with its evidence.

        `queues` decides how waiting is found: the closed form of `ClosedForm` unless given, or the event simulator
        of `mlsd_course.sim.design_queue.EventQueue`.
        """
        from mlsd_course.design.analysis.day import simulate

        return simulate(self, traffic, queues)

    def sensitivity(self, of: str = "cost", by: float = 0.3) -> "Tornado":
        """How far each assumption moves an outcome when it is `by` lower or higher, widest first."""
        from mlsd_course.design.analysis.sensitivity import sensitivity

        return sensitivity(self, of, by)

    def diagram(self) -> "Diagram":
        """The architecture as a Mermaid diagram, which JupyterLab draws."""
        from mlsd_course.design.formats.mermaid import Diagram

        return Diagram(self.architecture)

    def to_markdown(self) -> str:
        """The design document with its decision records."""
        from mlsd_course.design.formats.markdown_document import to_markdown

        return to_markdown(self)

    def to_yaml(self) -> str:
        """The design as YAML that `from_yaml` reads back to an equal design."""
        from mlsd_course.design.formats.yaml_text import dump

        return dump(self)

    @classmethod
    def from_yaml(cls, text: str, source: str = "design") -> "MLSystemDesign":
        """Read a design; an error names the line and the field."""
        from mlsd_course.design.formats.yaml_text import load

        return load(text, source)

    def save(self, path: Path | str) -> Path:
        """Write the design as YAML; the file is replaced whole or not at all."""
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, suffix=".tmp")
        try:
            with open(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(self.to_yaml())
            os.replace(temporary, target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        return target

    @classmethod
    def open(cls, path: Path | str) -> "MLSystemDesign":
        """Read a design from a file."""
        try:
            return cls.from_yaml(Path(path).read_text(encoding="utf-8"), Path(path).name)
        except (OSError, UnicodeDecodeError) as problem:
            raise DesignError(
                "The design cannot be read", given=str(path), remedy=f"Check the path ({problem})"
            ) from problem

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MLSystemDesign) and self._state() == other._state()

    __hash__ = None  # type: ignore[assignment] # a design is changed in place

    def _state(self) -> tuple[object, ...]:
        return (self.business_objective, self.requirements, self.constraints, self.architecture, self.strategy)

    def __repr__(self) -> str:
        steps = (f"{len(getattr(self, step))} in {step}" for step in STEPS)
        return f"MLSystemDesign({self.business_objective!r}): parts: {', '.join(steps)}"

    def _repr_markdown_(self) -> str:
        rows = "\n".join(f"- {kind.title}: {len(getattr(self, step)) or 'nothing yet'}" for step, kind in STEPS.items())
        return f"**{self.business_objective}**\n\n{rows}"
