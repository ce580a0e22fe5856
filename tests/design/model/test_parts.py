"""Parts refuse what says nothing and what does not go together."""

import pytest

from mlsd_course.design import (
    BusinessMetric,
    Component,
    Flow,
    MLSystemDesign,
)
from mlsd_course.errors import DesignError


@pytest.mark.parametrize("text", ["TBD", "very good", "", "  ", "the system must be fast", "?"])
def test_metrics_that_say_nothing_are_refused(text):
    """A metric is what, on which data, how computed; none of them may hold a place."""
    for field in ("what", "on_data", "computed"):
        told = {"what": "clicks", "on_data": "sessions", "computed": "clicks / sessions"} | {field: text}
        with pytest.raises(DesignError, match=field):
            BusinessMetric("clicks", kind="engagement", target=1, **told)


def test_sync_circle_is_refused():
    """Components that wait for each other in a circle cannot be built."""
    parts = [Component(name, layer="ml", role="serving", does="answers") for name in ("a", "b")]
    flows = [Flow(source="a", target="b", kind="sync"), Flow(source="b", target="a", kind="sync")]
    with pytest.raises(DesignError, match="circle"):
        MLSystemDesign("x").design_architecture(components=parts, flows=flows)
