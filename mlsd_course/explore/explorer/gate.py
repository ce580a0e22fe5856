"""`PredictionGate`: an explorer stays closed until the learner has made a prediction or has gone on without one."""

from collections.abc import Callable, Mapping
from typing import Any

from mlsd_course.explore.explorer.description import Explorer, Lock
from mlsd_course.explore.notebook.widgets import Box
from mlsd_course.explore.prediction.box import plain_box, question_box
from mlsd_course.explore.prediction.prediction import Given, compared, note_reveal
from mlsd_course.explore.prediction.waiting import when_given


class PredictionGate:
    """The gate of one explorer on one page. `head`: the widget at the top, which asks the explorer's question."""

    def __init__(self, explorer: Explorer) -> None:
        self.explorer = explorer
        self.head = self._head()

    def when_open(self, go_on: Callable[[Mapping[str, Any]], None]) -> None:
        """Call `go_on` with the values of the preset that answers the question, once there is a prediction.

        Call it at once where the prediction is on record; without a lock at once too, with no values.
        """
        lock = self.explorer.lock
        if lock is None:
            go_on({})
            return

        def open_gate(_: Given) -> None:
            note_reveal(lock.question, self._answer(lock))
            go_on(self._preset_values(lock))

        when_given(lock.question, open_gate)

    def _head(self) -> Box:
        lock, title = self.explorer.lock, self.explorer.title
        if lock is None:
            return plain_box(title=title, question=self.explorer.question)
        return question_box(
            lock.question,
            title=title,
            wait=f"{self.explorer.question} Commit a prediction first; the chart opens then.",
            done=lambda prediction: compared(lock.question, prediction, self._answer(lock)),
        )

    def _preset_values(self, lock: Lock) -> dict[str, Any]:
        return self.explorer.values(self.explorer.preset(lock.preset))

    def _answer(self, lock: Lock) -> float:
        return lock.answer(self.explorer.compute(**self._preset_values(lock)))
