"""What would happen: arrivals, service, stations, and the closed forms that check them."""

from mlsd_course.sim import canary as rollout
from mlsd_course.sim import decision_threshold as threshold
from mlsd_course.sim import error_budget as budget
from mlsd_course.sim import estimation as scale
from mlsd_course.sim import latency_tails as tails
from mlsd_course.sim.autoscaling import Observation, Pool, Scaling, autoscale, track_utilisation
from mlsd_course.sim.decision_threshold import Scored
from mlsd_course.sim.latency_budget import LatencyBudget, latency_budget
from mlsd_course.sim.queueing import closed_forms as closed
from mlsd_course.sim.queueing.arrivals import Bursty, Diurnal, Poisson, Profile, Regular, Trace
from mlsd_course.sim.queueing.result import Result
from mlsd_course.sim.queueing.service import BatchCost, Exponential, Fixed, Lognormal, Measured
from mlsd_course.sim.queueing.simulate import simulate
from mlsd_course.sim.queueing.station import Station
from mlsd_course.sim.scenarios.data_gravity import gravity
from mlsd_course.sim.scenarios.feasibility import feasibility
from mlsd_course.sim.scenarios.pareto import Candidate, candidates, pareto_front, winners
from mlsd_course.sim.scenarios.threshold import late_scores

__all__ = [
    "BatchCost",
    "Bursty",
    "Candidate",
    "Diurnal",
    "Exponential",
    "Fixed",
    "LatencyBudget",
    "Lognormal",
    "Measured",
    "Observation",
    "Poisson",
    "Pool",
    "Profile",
    "Regular",
    "Result",
    "Scaling",
    "Scored",
    "Station",
    "Trace",
    "autoscale",
    "budget",
    "candidates",
    "closed",
    "feasibility",
    "gravity",
    "late_scores",
    "latency_budget",
    "pareto_front",
    "rollout",
    "scale",
    "simulate",
    "tails",
    "threshold",
    "track_utilisation",
    "winners",
]
