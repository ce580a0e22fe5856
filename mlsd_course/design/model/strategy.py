"""Step 4, implementation strategy: slices, risks, tests, rollout, and the conditions to stop.

Sources: Breck et al., The ML Test Score (IEEE Big Data 2017); SRE Workbook (2018), 16, Canarying releases.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from mlsd_course.design.model.fields import choice, flag, name, number, refers, share, text
from mlsd_course.design.model.part import Part, PartError
from mlsd_course.design.model.step import Step
from mlsd_course.quantities import duration, percent


@dataclass(frozen=True, repr=False)
class Slice(Part):
    """A thin piece that goes all the way to users and is measured there."""

    name: str = name()
    delivers: str = text()
    weeks: float = number(above=True)
    measures: str = text("")
    method: str = choice("heuristic", "existing_tool", "simple_model", "model", "none", default="none")


@dataclass(frozen=True, repr=False)
class Risk(Part):
    """What may go wrong, how it would be noticed, and what is served meanwhile."""

    name: str = name()
    what: str = text()
    likelihood: str = choice("low", "medium", "high")
    harm: str = choice("low", "medium", "high")
    mitigation: str = text("")
    fallback: str = text("")
    owner: str = text("")

    def sentence(self) -> str:
        """Risk and answer in one line."""
        return f"{self.what} (likelihood {self.likelihood}, harm {self.harm}); mitigation: {self.mitigation or 'none'}; fallback: {self.fallback or 'none'}"


@dataclass(frozen=True, repr=False)
class Test(Part):
    """A check that runs by itself, and when."""

    __test__: ClassVar[bool] = False
    name: str = name()
    of: str = choice("data", "model", "code", "infrastructure", "monitoring")
    checks: str = text()
    when: str = choice("commit", "training", "deploy", "runtime")


@dataclass(frozen=True, repr=False)
class Stage(Part):
    """One stage of a rollout: how much traffic, how long, and what decides."""

    name: str = name()
    mode: str = choice("shadow", "canary", "ab_test", "interleaving", "blue_green", "full")
    traffic_share: float = share()
    hours: float = number(above=True)
    promote_if: str = text("")
    rollback_if: str = text("")

    def sentence(self) -> str:
        """Stage and conditions in one line."""
        return f"{self.mode} at {percent(self.traffic_share)} for {duration(self.hours * 3600)}; promote if {self.promote_if or '(not said)'}; roll back if {self.rollback_if or '(not said)'}"


@dataclass(frozen=True, repr=False)
class KillCriterion(Part):
    """The measurement that ends the project, and the date on which it is looked at."""

    name: str = name()
    stop_if: str = text()
    by_week: float = number(above=True)
    metric: str = refers("")


@dataclass(frozen=True, repr=False)
class Alert(Part):
    """A condition that calls somebody, and the page that tells them what to do."""

    name: str = name()
    on: str = text()
    watches: str = choice("service", "data", "model", "business", "cost", default="service")
    pages: bool = flag()
    runbook: str = text("")


@dataclass(frozen=True, repr=False)
class Retraining(Part):
    """When the model is trained again, on what, and what must hold before it is used."""

    name: str = name("")
    trigger: str = choice("schedule", "drift", "volume", "manual")
    every_days: float | None = number(None, above=True)
    gate: str = text("")


@dataclass(frozen=True, repr=False)
class Strategy(Step):
    """Step 4 of a design."""

    title: ClassVar[str] = "Implementation strategy"
    accepts: ClassVar[dict[str, tuple[type[Part], ...]]] = {
        "slices": (Slice,),
        "risks": (Risk,),
        "tests": (Test,),
        "rollout": (Stage,),
        "kill_criteria": (KillCriterion,),
        "alerts": (Alert,),
        "retraining": (Retraining,),
    }
    slices: tuple[Slice, ...] = ()
    risks: tuple[Risk, ...] = ()
    tests: tuple[Test, ...] = ()
    rollout: tuple[Stage, ...] = ()
    kill_criteria: tuple[KillCriterion, ...] = ()
    alerts: tuple[Alert, ...] = ()
    retraining: tuple[Retraining, ...] = ()

    def check(self) -> None:
        """Refuse a rollout that shows more traffic first and less later."""
        live = [stage for stage in self.rollout if stage.mode != "shadow"]
        for earlier, later in pairwise(live):
            if later.traffic_share < earlier.traffic_share:
                raise PartError("traffic_share", f"Stage {later.name} has less traffic than {earlier.name} before it",
                                given=later.traffic_share, allowed=f"at least {earlier.traffic_share:g}",
                                remedy="Order the stages by growing traffic_share")  # fmt: skip
