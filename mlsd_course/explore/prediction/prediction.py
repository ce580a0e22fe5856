"""A prediction: asked once, kept right or wrong, compared with what happened. No widget in here."""

import math
from dataclasses import dataclass
from typing import Any

from mlsd_course.errors import ParameterError
from mlsd_course.explore import record

CONFIDENCES = (50, 70, 90, 99)
_PLAIN_BELOW = 1e15  # from there on digits say less than a power of ten


@dataclass(frozen=True)
class Question:
    """What the learner commits to before the reveal.

    key: "<chapter slug>.p<number>". A number (with `unit`, from `low` to `high` where given) or one of `choices`.
    """

    key: str
    text: str
    unit: str = ""
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        chapter, _, rest = self.key.partition(".")
        if not chapter or not rest:
            raise ParameterError(
                "Prediction key", given=self.key, allowed='"<chapter slug>.p<number>", as ch07_online.p1'
            )

    @property
    def chapter(self) -> str:
        """The chapter slug in the key."""
        return self.key.partition(".")[0]

    def check(self, value: Any) -> float | str:
        """Return the value as a number or a choice; ParameterError says what is allowed."""
        if self.choices:
            if value not in self.choices:
                raise ParameterError("Prediction", given=value, allowed=" · ".join(self.choices))
            return str(value)
        low, high = -math.inf if self.low is None else self.low, math.inf if self.high is None else self.high
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        if not (math.isfinite(number) and low <= number <= high):
            raise ParameterError("Prediction", given=value, allowed=self.allowed)
        return number

    @property
    def allowed(self) -> str:
        """What can be answered, as a phrase."""
        if self.choices:
            return " · ".join(self.choices)
        unit = f" in {self.unit}" if self.unit else ""
        if self.low is None and self.high is None:
            return f"a number{unit}"
        return f"a number{unit} " + " ".join(
            f"{word} {quantity(bound)}" for word, bound in (("from", self.low), ("to", self.high)) if bound is not None
        )


@dataclass(frozen=True)
class Given:
    """The learner's prediction. `value` is None where they went on without one."""

    value: float | str | None
    confidence: int | None = None
    notice: str = ""


def given(question: Question) -> Given | None:
    """Return the prediction on record, or None."""
    event = record.latest("prediction", question.chapter, question.key)
    return None if event is None else Given(event.data.get("value"), event.data.get("confidence"))


def commit(question: Question, value: Any, confidence: int | None = None) -> Given:
    """Keep a prediction; the first one stands. ParameterError for a value that is not allowed."""
    checked = question.check(value)
    if confidence is not None and not 0 <= confidence <= 100:
        raise ParameterError("Confidence", given=confidence, allowed="0 to 100 per cent")
    earlier = given(question)
    if earlier is not None and earlier.value is not None:
        return earlier
    notice = record.keep(
        "prediction", question.chapter, question.key, value=checked, unit=question.unit, confidence=confidence
    )
    return Given(checked, confidence, notice)


def skip(question: Question) -> Given:
    """Keep that the learner went on without a prediction."""
    earlier = given(question)
    if earlier is not None:
        return earlier
    notice = record.keep("prediction", question.chapter, question.key, value=None, unit=question.unit, skipped=True)
    return Given(None, None, notice)


def note_reveal(question: Question, actual: float | str) -> None:
    """Keep the outcome that the reveal showed, once for each prediction."""
    if record.latest("prediction", question.chapter, question.key) is None:
        return
    if record.latest("reveal", question.chapter, question.key) is None:
        kept = actual if isinstance(actual, str) or math.isfinite(actual) else quantity(actual)
        record.keep("reveal", question.chapter, question.key, actual=kept)


def prediction_sentence(question: Question, prediction: Given) -> str:
    """Return the prediction as a sentence."""
    if prediction.value is None:
        return "You went on without a prediction."
    sure = f", {prediction.confidence} % sure" if prediction.confidence is not None else ""
    return f"You predicted {quantity(prediction.value, question.unit)}{sure}."


def compared(question: Question, prediction: Given | None, actual: float | str) -> str:
    """Return prediction against actual as one or two sentences; for numbers above 0 the error is a factor."""
    outcome = quantity(actual, question.unit)
    if prediction is None or prediction.value is None:
        return f"Actual: {outcome}. No prediction was made."
    sure = f" ({prediction.confidence} % sure)" if prediction.confidence is not None else ""
    return f"You predicted {quantity(prediction.value, question.unit)}{sure}. Actual: {outcome}. {_error(prediction.value, actual)}"


def _error(value: float | str, actual: float | str) -> str:
    if isinstance(value, str) or isinstance(actual, str):
        return "As predicted." if str(value) == str(actual) else "Not as predicted."
    if value > 0 and actual > 0:
        factor = max(value / actual, actual / value)
        if factor < 1.1:
            return "Within 10 %."
        return f"Too {'high' if value > actual else 'low'} by a factor of {quantity(factor)}."
    if math.isclose(value, actual, abs_tol=1e-12):
        return "As predicted."
    return f"Too {'high' if value > actual else 'low'} by {quantity(abs(value - actual))}."


def quantity(value: float | str, unit: str = "") -> str:
    """Return a number at three digits with its unit, or a text as it is."""
    if isinstance(value, str):
        return value
    if not math.isfinite(value):
        return "without bound" if value > 0 else "undefined"
    if abs(value) >= _PLAIN_BELOW:
        return f"{value:.3g} {unit}".strip()
    digits = 2 - math.floor(math.log10(abs(value))) if value else 0
    number = f"{round(value, digits):,.{max(0, digits)}f}"
    number = number.rstrip("0").rstrip(".") if "." in number else number
    return f"{number} {unit}".strip()
