"""The whole product, tiny and end to end: five parts that can be slowed, broken or starved, on real flights.

Each part stands for a tool of the field: ingestion for a message log (Kafka), features for a feature store, the model for a
model server, decision for a rules service, delivery for a messaging gateway. Here they are functions in one process; their
queues and times are what the chapter is about. Its naive twin is the notebook, `on_paper`: no time passes and nothing fails.
"""

from mlsd_course.systems.pipeline.case import ASK_MIN, DEADLINE_MIN, Case, Feed, Period, period
from mlsd_course.systems.pipeline.line import Log, Part, Product
from mlsd_course.systems.pipeline.live import Watched, watch
from mlsd_course.systems.pipeline.loop import Month, watch_routes
from mlsd_course.systems.pipeline.scorecard import BOTHER_USD, SAVED_USD, ProductScorecard, dollars, on_paper, score

__all__ = [
    "ASK_MIN",
    "BOTHER_USD",
    "DEADLINE_MIN",
    "SAVED_USD",
    "Case",
    "Feed",
    "Log",
    "Month",
    "Part",
    "Period",
    "Product",
    "ProductScorecard",
    "Watched",
    "dollars",
    "on_paper",
    "period",
    "score",
    "watch",
    "watch_routes",
]
