"""What would happen: arrivals, service, stations, and the closed forms that check them."""

from mlsd_course.sim import budget, closed, rollout, scale, tails, threshold
from mlsd_course.sim.arrivals import Bursty, Diurnal, Poisson, Profile, Regular, Trace
from mlsd_course.sim.autoscale import Observation, Pool, Scaling, autoscale, track_utilisation
from mlsd_course.sim.engine import simulate
from mlsd_course.sim.result import Result
from mlsd_course.sim.service import BatchCost, Exponential, Fixed, Lognormal, Measured
from mlsd_course.sim.station import Station
from mlsd_course.sim.threshold import Scored
from mlsd_course.sim.view_budget import LatencyBudget, latency_budget
from mlsd_course.sim.view_feasibility import feasibility
from mlsd_course.sim.view_gravity import gravity
from mlsd_course.sim.view_pareto import Candidate, candidates, pareto_front, winners
from mlsd_course.sim.view_threshold import late_scores

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
