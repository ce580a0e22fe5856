"""The kinds of questions, as authors write them. Texts may hold `{names}` of values; see `variant` for these."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _one_line(value: Any) -> Any:
    """Join the lines of a folded text."""
    return " ".join(value.split()) if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_one_line), Field(min_length=1)]
Value = int | float | str
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Part(BaseModel):
    """What all parts of a bank share: unknown fields are refused, since a misspelt one would be passed over."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Option(Part):
    """One thing to choose, and what the learner reads after choosing it."""

    text: Text = Field(description="What is shown; no letter before it, positions are shuffled.")
    right: bool = Field(False, description="true where it belongs to the answer.")
    because: Text = Field(description="The rationale: why it is right, or why it is not; shown after the choice.")
    misconception: str = Field(
        "", description="For a wrong option: the belief that makes it tempting, as a short sentence."
    )


class Trap(Part):
    """A wrong number that a known misconception leads to."""

    value: Text = Field(description="An expression, like the answer.")
    misconception: Text = Field(description="The belief that leads to this number.")
    because: Text = Field(description="What the learner reads who gave it.")


class Step(Part):
    """One step of an order, and why it comes where it does."""

    text: Text = Field(description="What is shown.")
    because: Text = Field(description="Why it stands at this place.")


class WrongOrder(Part):
    """A wrong order that a known misconception leads to."""

    order: list[int] = Field(description="Numbers of the steps, from 1, in the wrong order.")
    misconception: Text = Field(description="The belief that leads to this order.")
    because: Text = Field(description="What the learner reads who gave it.")


class Base(Part):
    """What every question has."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")] = Field(
        description="<chapter slug>.<name>, as ch07_online.tail_at_load; never reused: learners' records hold it."
    )
    objective: Name = Field(description="The one objective that it asks for: a key of `objectives`.")
    difficulty: Literal[1, 2, 3] = Field(description="1 recall, 2 apply, 3 analyse.")
    stem: Text = Field(description="The question; `{name}` shows a value, `{name:.0f}` rounds it.")
    reread: Text = Field(description='Cell to reread: "lesson: <heading>", "ch01_x/lesson: <heading>", "lesson #<id>".')
    cases: list[dict[Name, Value]] = Field(
        default_factory=list, description="Values that belong together; each case is one variant."
    )
    draw: dict[Name, list[Value]] = Field(
        default_factory=dict, description="Values that are drawn independently of each other."
    )
    compute: dict[Name, Value] = Field(
        default_factory=dict,
        description="Values computed from the others by the library: closed.mm1_mean_ms(rate_per_s, service_ms).",
    )
    worked: dict[Name, float] = Field(
        default_factory=dict,
        description="The computed values of the first variant, worked out by hand; a test compares.",
    )
    kind: str
    choosing: ClassVar[bool] = False


class Single(Base):
    """One option is right."""

    kind: Literal["single"]
    options: list[Option] = Field(min_length=3, max_length=5, description="3 to 5, one of them right.")
    choosing: ClassVar[bool] = True


class Multiple(Base):
    """Every right option, and no other, must be chosen."""

    kind: Literal["multiple"]
    options: list[Option] = Field(min_length=3, max_length=6, description="3 to 6; at least one right, one wrong.")
    choosing: ClassVar[bool] = True


class Assumption(Base):
    """Which assumption breaks this: a claim, and what it rests on."""

    kind: Literal["assumption"]
    claim: Text = Field(description="The plausible claim or calculation that fails.")
    options: list[Option] = Field(
        min_length=3, max_length=5, description="Assumptions; the one that does not hold here is right."
    )
    choosing: ClassVar[bool] = True


class Numeric(Base):
    """A number with a unit."""

    kind: Literal["numeric"]
    answer: Text = Field(description="An expression: a computed value, or a call of the library.")
    unit: str = Field(description='Unit of the answer, as ms, GB, %, req/s; "" for a plain number.')
    within_percent: Annotated[float, Field(gt=0, le=50)] = Field(
        description="Tolerance around the answer, in per cent."
    )
    shown: str = Field("g", description="How numbers are written, as in Python: .0f, ,.1f, .3g.")
    because: Text = Field(description="The rationale, shown with a right answer.")
    otherwise: Text = Field(description="What the learner reads whose wrong number is no trap.")
    traps: list[Trap] = Field(min_length=1, description="Wrong numbers that misconceptions lead to.")


class Ordering(Base):
    """Steps to be put into order."""

    kind: Literal["ordering"]
    steps: list[Step] = Field(min_length=3, max_length=6, description="3 to 6, in the right order.")
    because: Text = Field(description="The rationale, shown with a right answer.")
    otherwise: Text = Field(description="What the learner reads whose wrong order is none of `mistakes`.")
    mistakes: list[WrongOrder] = Field(min_length=1, description="Wrong orders that misconceptions lead to.")


Item = Annotated[Single | Multiple | Numeric | Ordering | Assumption, Field(discriminator="kind")]
KINDS = ("single", "multiple", "numeric", "ordering", "assumption")
