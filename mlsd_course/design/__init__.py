"""An ML system's design as an object: state it, check it, size it, simulate it, defend it.

Start with `MLSystemDesign(business_objective)`; see `worked_designs()` for finished ones.
"""

from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.analysis.patterns import PATTERNS, Pattern
from mlsd_course.design.analysis.queue_model import ClosedForm, QueueModel, StationLoad
from mlsd_course.design.analysis.request_time import RequestTime
from mlsd_course.design.catalogue.technologies import Technology, catalogue, technology
from mlsd_course.design.interview import Contradiction, Interview, Statement
from mlsd_course.design.language.checklists import Checklist
from mlsd_course.design.language.sentences import read_sentence
from mlsd_course.design.model.architecture import Architecture, Component, Decision, Flow
from mlsd_course.design.model.constraints import (
    Bias,
    Budget,
    ComputeLatency,
    Constraints,
    Expertise,
    Infrastructure,
    Legacy,
    PeakTraffic,
    Quality,
    Resources,
    Support,
    Variety,
    Velocity,
    Volume,
)
from mlsd_course.design.model.part import PartError
from mlsd_course.design.model.requirements import (
    Assumption,
    Availability,
    BusinessMetric,
    Compliance,
    Freshness,
    Growth,
    Latency,
    Maintainability,
    MLMetric,
    Requirements,
    Throughput,
)
from mlsd_course.design.model.response import ResponseTime
from mlsd_course.design.model.strategy import Alert, KillCriterion, Retraining, Risk, Slice, Stage, Strategy, Test
from mlsd_course.design.model.vague_words import Vague, vague_words
from mlsd_course.design.review.rules import RULES, Finding, Rule
from mlsd_course.design.simulation.traffic import Burst, Outage, Traffic
from mlsd_course.design.system import MLSystemDesign
from mlsd_course.design.worked.designs import broken_twin, worked_design, worked_designs

__all__ = [
    "PATTERNS",
    "RULES",
    "Alert",
    "Architecture",
    "Assumption",
    "Availability",
    "Bias",
    "Budget",
    "Burst",
    "BusinessMetric",
    "Checklist",
    "ClosedForm",
    "Compliance",
    "Component",
    "ComputeLatency",
    "Constraints",
    "Contradiction",
    "Decision",
    "Expertise",
    "Facts",
    "Finding",
    "Flow",
    "Freshness",
    "Growth",
    "Infrastructure",
    "Interview",
    "KillCriterion",
    "Latency",
    "Legacy",
    "MLMetric",
    "MLSystemDesign",
    "Maintainability",
    "Outage",
    "PartError",
    "Pattern",
    "PeakTraffic",
    "Quality",
    "QueueModel",
    "RequestTime",
    "Requirements",
    "Resources",
    "ResponseTime",
    "Retraining",
    "Risk",
    "Rule",
    "Slice",
    "Stage",
    "Statement",
    "StationLoad",
    "Strategy",
    "Support",
    "Technology",
    "Test",
    "Throughput",
    "Traffic",
    "Vague",
    "Variety",
    "Velocity",
    "Volume",
    "broken_twin",
    "catalogue",
    "read_sentence",
    "technology",
    "vague_words",
    "worked_design",
    "worked_designs",
]
