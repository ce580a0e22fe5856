"""`MLSystemDesign`: the four steps of the framework as one object that can be checked, sized, simulated and defended."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

from mlsd_course.design.analysis.binding import Binding, binding
from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.analysis.patterns import Recommendation, recommend
from mlsd_course.design.analysis.queue_model import QueueModel
from mlsd_course.design.analysis.sensitivity import Tornado, sensitivity
from mlsd_course.design.analysis.sizing import Sizing, size
from mlsd_course.design.formats.markdown_document import to_markdown
from mlsd_course.design.formats.mermaid import Diagram
from mlsd_course.design.formats.yaml_text import dump, load
from mlsd_course.design.language.checklists import CHECKLISTS, Checklist
from mlsd_course.design.language.sentences import read_sentence
from mlsd_course.design.model.architecture import Architecture, Component, Decision, Flow
from mlsd_course.design.model.constraints import Constraints
from mlsd_course.design.model.design import STEPS, Design, FourSteps
from mlsd_course.design.model.part import Part
from mlsd_course.design.model.requirements import Requirements
from mlsd_course.design.model.strategy import Alert, KillCriterion, Retraining, Risk, Slice, Stage, Strategy, Test
from mlsd_course.design.review.review import Review, review
from mlsd_course.design.simulation.simulate import SimulatedDay, simulate
from mlsd_course.design.simulation.traffic import Traffic
from mlsd_course.errors import DesignError
from mlsd_course.files import replace_file

Parts = Iterable[Any] | Part | str | None


class MLSystemDesign:
    """The design of one ML system, changed step by step.

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
        self._take(Design(business_objective))

    @classmethod
    def of(cls, steps: FourSteps) -> Self:
        """A design that starts from the steps of another and is changed on its own."""
        made = cls(steps.business_objective)
        made._take(steps)
        return made

    @property
    def snapshot(self) -> Design:
        """The design as it stands, as a value that later changes do not reach."""
        return Design.of(self)

    def _take(self, steps: FourSteps) -> None:
        self.business_objective = steps.business_objective
        self.requirements, self.constraints = steps.requirements, steps.constraints
        self.architecture, self.strategy = steps.architecture, steps.strategy

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
        typed = {group: _typed(parts) for group, parts in groups.items()}
        setattr(self, step, getattr(self, step).with_groups(**typed))
        return getattr(self, step)

    def add(self, *parts: Part) -> Self:
        """Put parts where they belong; a part of the same type and name is replaced."""
        for part in parts:
            self._take(self.snapshot.adding(part))
        return self

    def copy(self) -> "MLSystemDesign":
        """A second design that can be changed without touching this one."""
        return MLSystemDesign.of(self)

    def binding(self) -> Binding:
        """Which constraint is reached first, with the arithmetic."""
        return binding(Facts(self))

    def review(self) -> Review:
        """What the rules find in the design, gravest first."""
        return review(self.snapshot)

    def recommend_pattern(self) -> Recommendation:
        """Batch, online, stream and hybrid, ranked, with reasons and with what would flip the choice."""
        return recommend(Facts(self))

    def size(self, target_utilisation: float = 0.7) -> Sizing:
        """Replicas, storage, bandwidth and cost for the peak after growth, with the arithmetic."""
        return size(Facts(self), target_utilisation)

    def simulate(self, traffic: Traffic | None = None, queues: QueueModel | None = None) -> SimulatedDay:
        """Run a day of traffic through the architecture: a verdict per requirement with its evidence.

        `queues` decides how waiting is worked out: by the closed form of `ClosedForm` unless given, or by the event
        simulator of `mlsd_course.sim.design_queue.EventQueue`.
        """
        return simulate(self.snapshot, traffic, queues)

    def sensitivity(self, of: str = "cost", by: float = 0.3) -> Tornado:
        """How far each assumption moves an outcome when it is `by` lower or higher, widest first."""
        return sensitivity(self.snapshot, of, by)

    def diagram(self) -> Diagram:
        """The architecture as a Mermaid diagram, which JupyterLab draws."""
        return Diagram(self.architecture)

    def to_markdown(self) -> str:
        """The design document with its decision records."""
        return to_markdown(self.snapshot)

    def to_yaml(self) -> str:
        """The design as YAML that `from_yaml` reads back to an equal design."""
        return dump(self.snapshot)

    @classmethod
    def from_yaml(cls, text: str, source: str = "design") -> "MLSystemDesign":
        """Read a design; an error names the line and the field."""
        return cls.of(load(text, source))

    def save(self, path: Path | str) -> Path:
        """Write the design as YAML; the file is replaced whole or not at all."""
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, self.to_yaml().encode("utf-8"))
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
        return isinstance(other, MLSystemDesign) and self.snapshot == other.snapshot

    __hash__ = None  # type: ignore[assignment] # a design is changed in place

    def __repr__(self) -> str:
        steps = (f"{len(getattr(self, step))} in {step}" for step in STEPS)
        return f"MLSystemDesign({self.business_objective!r}): parts: {', '.join(steps)}"

    def _repr_markdown_(self) -> str:
        rows = "\n".join(f"- {kind.title}: {len(getattr(self, step)) or 'nothing yet'}" for step, kind in STEPS.items())
        return f"**{self.business_objective}**\n\n{rows}"


def _typed(parts: Parts) -> Any:
    """Parts with every sentence among them read; whatever else was given is left for the step to refuse."""
    if isinstance(parts, str):
        return read_sentence(parts)
    if isinstance(parts, Part | Mapping) or not isinstance(parts, Iterable):
        return parts
    return tuple(read_sentence(part) if isinstance(part, str) else part for part in parts)
