"""Look at data before they are trusted: profile a table, find who is missing, hold each delivery to a contract.

Stands for tools such as Great Expectations, pandera or TensorFlow Data Validation: a contract here is the same list of
checks, written as plain functions on a day's file, so moving to one of them is a change of notation. The naive twin is
`schema_only`, which looks at names and types and at nothing else.
"""

from mlsd_course.systems.data_quality.contract import Breach, Contract, schema_only
from mlsd_course.systems.data_quality.corruption import CORRUPTIONS, Corruption, corrupted
from mlsd_course.systems.data_quality.delivery import COLUMNS, Delivery, deliveries
from mlsd_course.systems.data_quality.profile import Column, TableProfile, missing_by, profile
from mlsd_course.systems.data_quality.trial import Trial, trial

__all__ = [
    "COLUMNS",
    "CORRUPTIONS",
    "Breach",
    "Column",
    "Contract",
    "Corruption",
    "Delivery",
    "TableProfile",
    "Trial",
    "corrupted",
    "deliveries",
    "missing_by",
    "profile",
    "schema_only",
    "trial",
]
