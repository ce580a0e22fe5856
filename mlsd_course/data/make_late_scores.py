"""Make the table of scores that the explorer of decision thresholds shows, from the late-arrival model.

Run it with `python -m mlsd_course.data.make_late_scores`.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from mlsd_course import data
from mlsd_course.data.store import FILES

UNTIL = "2013-09-01"
LEAD = pd.Timedelta(hours=1)
PATH = FILES / "late_scores.npz"


def table() -> dict[str, np.ndarray]:
    """Return day of the year, score in whole per cent and outcome of each flight after the months that the model learned from.

    Each flight is scored one hour before its scheduled departure, in the order of departure; days are New York's.
    """
    flights = data.flights()
    due = flights["scheduled_departure"].dt.tz_convert("America/New_York")
    later = flights[(due >= pd.Timestamp(UNTIL, tz="America/New_York")) & flights["late"].notna()]
    later = later.sort_values(["scheduled_departure", "flight_id"], kind="stable")
    requests = pd.DataFrame({"flight_id": later["flight_id"], "asked_at": later["scheduled_departure"] - LEAD})
    model = data.train_late_model(until=UNTIL)
    scores = model.predict_proba(data.features(requests).to_numpy())[:, 1]
    return {
        "day": due.loc[later.index].dt.day_of_year.to_numpy().astype(np.uint16),
        "percent": np.round(100 * scores).astype(np.uint8),
        "late": later["late"].to_numpy(dtype=bool),
    }


def write(path: Path = PATH) -> None:
    """Write the table to `path`: one byte a score, one bit an outcome."""
    made = table()
    np.savez_compressed(path, day=made["day"], percent=made["percent"], late=np.packbits(made["late"]))


if __name__ == "__main__":
    write()
