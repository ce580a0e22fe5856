"""`show`: put an explorer into the notebook."""

from mlsd_course.explore.display import put
from mlsd_course.explore.explorer import Explorer
from mlsd_course.explore.registry import find
from mlsd_course.explore.switch import headless


def show(explorer: Explorer | str) -> None:
    """Show an explorer (or the registered one of that name); its title and sentence as text where nothing is live.

    Raises ParameterError for a name that is not registered.
    """
    described = find(explorer) if isinstance(explorer, str) else explorer
    if headless():
        put(described.text())
        return
    from mlsd_course.explore.live import Live

    put(described.text(), Live(described).box)
