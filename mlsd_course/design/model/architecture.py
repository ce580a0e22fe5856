"""Step 3, architecture: components on three layers and the flows between them."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from mlsd_course.design.model.fields import (
    choice,
    count,
    flag,
    name,
    nested,
    number,
    refers,
    share,
    suggestion,
    text,
    words,
)
from mlsd_course.design.model.part import Part, PartError
from mlsd_course.design.model.response import ResponseTime
from mlsd_course.design.model.step import Step
from mlsd_course.quantities import duration, money, percent, rate
from mlsd_course.walks import cycle, reachable

ROLES = {
    "data": ("ingestion", "storage", "processing"),
    "ml": ("training", "serving", "monitoring"),
    "application": ("api", "frontend", "integration"),
}


@dataclass(frozen=True, repr=False)
class Component(Part):
    """One part of the running system. Capacity, availability and cost are those of one replica.

    `state` says what is lost with it: nothing, a copy that can be made anew (cache), or the only copy (durable), which
    then has an `owner`: the one team that writes it and answers for it.
    """

    name: str = name()
    layer: str = choice(*ROLES)
    role: str = choice(*(role for roles in ROLES.values() for role in roles))
    does: str = text()
    technology: str = text("")
    response: ResponseTime | None = nested(ResponseTime)  # noqa: RUF009 (a dataclass field, made by a helper)
    capacity_per_s: float | None = number(None, above=True)
    replicas: int = count(1, low=1)
    zones: int = count(1, low=1)
    autoscaled: bool = flag()
    availability: float | None = share(None, above=True)
    cost_usd_per_month: float | None = number(None)
    usd_per_million: float = number(0.0)
    state: str = choice("none", "cache", "durable", default="none")
    owner: str = text("")
    memory_gb: float | None = number(None, above=True)
    storage_gb: float = number(0.0)
    usd_per_gb_month: float = number(0.023)
    run_s: float = number(0.0)
    input_per_s: float = number(0.0)
    traffic_share: float | None = share(None)
    idempotent: bool = flag()
    backed_up: bool = flag()
    authenticated: bool = flag()
    encrypted: bool = flag()
    personal_data: bool = flag()
    retention_days: float | None = number(None, above=True)
    watches: tuple[str, ...] = words(
        "latency", "errors", "traffic", "saturation", "data_quality", "drift", "model_quality", "business", "cost"
    )
    ops_hours_per_month: float | None = number(None)

    def check(self) -> None:
        """Refuse a role that belongs to another layer."""
        if self.role not in ROLES[self.layer]:
            raise PartError("role", f"{self.name}: role {self.role} is not on the {self.layer} layer", given=self.role,
                            allowed=", ".join(ROLES[self.layer]))  # fmt: skip

    @property
    def slots(self) -> int:
        """Calls that one replica works on at once, by Little's law: capacity times mean response time, at least 1."""
        if self.response is None or self.capacity_per_s is None:
            return 1
        return max(1, round(self.capacity_per_s * self.response.mean_ms / 1000))

    @property
    def total_capacity_per_s(self) -> float | None:
        """Calls per second that all replicas together sustain."""
        return None if self.capacity_per_s is None else self.capacity_per_s * self.replicas

    def sentence(self) -> str:
        """Purpose, size and price in one line."""
        facts = [self.does, f"{self.replicas} x {self.technology or 'no technology chosen'}"]
        facts += [self.response.sentence()] if self.response else []
        facts += [f"{rate(self.capacity_per_s)} each"] if self.capacity_per_s else []
        facts += [f"{percent(self.availability)} each"] if self.availability else []
        facts += [f"{money(self.cost_usd_per_month)}/month each"] if self.cost_usd_per_month is not None else []
        return "; ".join(facts)


@dataclass(frozen=True, repr=False)
class Flow(Part):
    """A call (sync) or a movement of data (async) from one component to another.

    `share` is the part of the source's work that uses the flow, `calls` how many such calls run side by side. Sync
    flows of one source run one after the other in the order written; those with the same `parallel` label run together.
    An async flow with `every_s` is a scheduled transfer; without, each event moves on by itself after `lag_s`.
    """

    name: str = name("")
    source: str = refers()
    target: str = refers()
    kind: str = choice("sync", "async")
    share: float = share(1.0)
    calls: int = count(1, low=1)
    parallel: str = text("")
    every_s: float = number(0.0)
    lag_s: float = number(0.0)
    bytes: float = number(0.0)
    timeout_ms: float | None = number(None, above=True)
    retries: int = count(0)
    fallback: str = text("")
    schema: str = text("")
    delivery: str = choice("", "at_most_once", "at_least_once", "exactly_once", default="")

    def default_name(self) -> str:
        """source -> target."""
        return f"{self.source} -> {self.target}"[:80].strip()

    def check(self) -> None:
        """Refuse a schedule on a call, and a timeout on a transfer."""
        if self.kind == "sync" and self.every_s:
            raise PartError(
                "every_s", f"{self.name}: a sync call has no schedule", given=self.every_s, remedy="Use kind='async'"
            )
        waits = "timeout_ms" if self.timeout_ms is not None else "retries"
        if self.kind == "async" and (
            self.timeout_ms is not None or (self.retries and self.every_s == 0 and not self.delivery)
        ):
            raise PartError(
                waits,
                f"{self.name}: an async flow has no caller that waits",
                given=getattr(self, waits),
                remedy="State `delivery` instead of timeout and retries",
            )
        if self.source == self.target:
            raise PartError(
                "target", f"{self.name}: a flow to itself", given=self.target, remedy="Name another component"
            )

    def sentence(self) -> str:
        """The flow in one line."""
        facts = [f"{self.kind} {self.source} -> {self.target}"]
        facts += [f"{percent(self.share)} of the time"] * (self.share < 1) + [f"{self.calls} calls side by side"] * (
            self.calls > 1
        )
        facts += [f"every {duration(self.every_s)}"] * bool(self.every_s) + [f"lag {duration(self.lag_s)}"] * bool(
            self.lag_s
        )
        facts += [] if self.timeout_ms is None else [f"timeout {self.timeout_ms:g} ms"]
        facts += [f"{self.retries} retries"] * bool(self.retries) + [f"fallback: {self.fallback}"] * bool(self.fallback)
        return "; ".join(facts)


@dataclass(frozen=True, repr=False)
class Decision(Part):
    """A decision record: title, status, context, decision and consequences as in Nygard 2011.

    Two fields are added to his five: the option that was `rejected`, and what would reopen the decision.
    """

    name: str = name()
    status: str = choice("proposed", "accepted", "superseded", default="accepted")
    context: str = text()
    choice: str = text()
    rejected: str = text("")
    consequences: str = text("")
    revisit_when: str = text("")


@dataclass(frozen=True, repr=False)
class Architecture(Step):
    """Step 3 of a design. Refuses flows to unknown components and circles of sync calls."""

    title: ClassVar[str] = "Architecture"
    accepts: ClassVar[dict[str, tuple[type[Part], ...]]] = {
        "components": (Component,),
        "flows": (Flow,),
        "decisions": (Decision,),
    }
    components: tuple[Component, ...] = ()
    flows: tuple[Flow, ...] = ()
    decisions: tuple[Decision, ...] = ()

    def check(self) -> None:
        """Refuse dangling flows, sync circles and traffic shares above 1."""
        for flow in self.flows:
            for end in ("source", "target"):
                if getattr(flow, end) not in self.by_name:
                    raise PartError(end, f"{flow.name}: no component of this name", given=getattr(flow, end),
                                    allowed=", ".join(self.by_name) or "(no component yet)",
                                    remedy=suggestion(getattr(flow, end), self.by_name) or "Add the component first")  # fmt: skip
        circle = cycle(self.by_name, self._called_by)
        if circle:
            raise PartError("flows", f"Sync calls run in a circle: {' -> '.join(circle)}",
                            remedy="Make one of them async: nobody can answer first")  # fmt: skip
        if sum(part.traffic_share or 0.0 for part in self.components) > 1 + 1e-9:
            raise PartError("traffic_share", "The traffic shares of the entries exceed 1", allowed="a sum of at most 1")

    @cached_property
    def by_name(self) -> dict[str, Component]:
        """Components by name."""
        return {component.name: component for component in self.components}

    @cached_property
    def calls_of(self) -> dict[str, list[Flow]]:
        """Sync flows by their source, in the order written."""
        flows = defaultdict(list)
        for flow in self.flows:
            if flow.kind == "sync":
                flows[flow.source].append(flow)
        return flows

    @cached_property
    def flows_to(self) -> dict[str, list[Flow]]:
        """All flows by their target."""
        flows = defaultdict(list)
        for flow in self.flows:
            flows[flow.target].append(flow)
        return flows

    @cached_property
    def flows_from(self) -> dict[str, list[Flow]]:
        """All flows by their source."""
        flows = defaultdict(list)
        for flow in self.flows:
            flows[flow.source].append(flow)
        return flows

    @cached_property
    def entries(self) -> tuple[Component, ...]:
        """Where users' requests come in: application parts that call and are not called; else such serving parts."""
        called = {flow.target for flow in self.flows if flow.kind == "sync"}
        open_ = [part for part in self.components if part.name not in called]
        users = [
            part
            for part in open_
            if part.role in ("frontend", "api") and (part.name in self.calls_of or not self.flows_to[part.name])
        ]
        serving = [
            part
            for part in open_
            if (part.role == "serving" and not self.flows_to[part.name])
            or (part.role == "serving" and part.name in self.calls_of)
        ]
        return tuple(users or serving)

    @cached_property
    def sources(self) -> tuple[Component, ...]:
        """Where data come in: ingestion parts, else data parts that nothing flows to."""
        ingestion = [part for part in self.components if part.role == "ingestion" and not any(
            self.by_name[flow.source].layer == "data" for flow in self.flows_to[part.name])]  # fmt: skip
        return tuple(
            ingestion or [part for part in self.components if part.layer == "data" and not self.flows_to[part.name]]
        )

    def called_from(self, entry: str) -> list[str]:
        """The entry and everything that it calls, directly or not, each once."""
        return reachable([entry], self._called_by)

    def _called_by(self, name: str) -> list[str]:
        return [flow.target for flow in self.calls_of[name]]
