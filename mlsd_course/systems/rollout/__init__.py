"""A release that runs itself: a flag, a router over two served models, evidence, and a controller that decides.

Two processes of `mlsd_course.systems.online.Service` answer real requests; the router asks one, both (shadow), or the one
that a stable hash of the key picks (canary). The naive twin is `big_bang`: everybody at once, and a person who looks in
the evening. In production a gateway or service mesh splits the traffic and a rollout operator (Argo Rollouts, Flagger)
decides; what changes here is who reads `Flag.share`.
"""

from mlsd_course.systems.rollout.controller import Controller, Ramp, ReleaseDecision
from mlsd_course.systems.rollout.evidence import Counts, Evidence, LabelledRequest
from mlsd_course.systems.rollout.flag import Flag, bucket
from mlsd_course.systems.rollout.gate_model import gate_features, gate_requests, gate_rule, train_gate
from mlsd_course.systems.rollout.lineage import Lineage, fingerprint
from mlsd_course.systems.rollout.ml_test_score import ML_TESTS, Score, ml_test_score
from mlsd_course.systems.rollout.product import ScoredProduct
from mlsd_course.systems.rollout.release import History, big_bang, release
from mlsd_course.systems.rollout.router import RoutedAnswer, Router

__all__ = [
    "ML_TESTS",
    "Controller",
    "Counts",
    "Evidence",
    "Flag",
    "History",
    "LabelledRequest",
    "Lineage",
    "Ramp",
    "ReleaseDecision",
    "RoutedAnswer",
    "Router",
    "Score",
    "ScoredProduct",
    "big_bang",
    "bucket",
    "fingerprint",
    "gate_features",
    "gate_requests",
    "gate_rule",
    "ml_test_score",
    "release",
    "train_gate",
]
