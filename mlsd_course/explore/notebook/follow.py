"""Widgets that follow the learner's record while their page is open."""

import asyncio
from typing import Any, Protocol

LOOK_EVERY_S = 0.5
_watching: set[asyncio.Task[None]] = set()  # a task that nobody holds may be collected


class Follower(Protocol):
    """What can follow. `comm`: as a widget's, None once the page is closed."""

    @property
    def comm(self) -> Any: ...  # noqa: D102

    def look(self) -> None:
        """Show the state again where it may have changed. Called often: an unchanged file must not be read."""
        ...


def follow(follower: Follower) -> None:
    """Let `follower` look every LOOK_EVERY_S seconds until it is closed, on the kernel's own loop.

    Without a running loop nothing happens: there is no kernel, and nobody looks at the page.
    """
    try:
        task = asyncio.get_running_loop().create_task(_follow(follower))
    except RuntimeError:
        return
    _watching.add(task)
    task.add_done_callback(_watching.discard)


async def _follow(follower: Follower) -> None:
    while follower.comm is not None:
        await asyncio.sleep(LOOK_EVERY_S)
        if follower.comm is not None:
            follower.look()
