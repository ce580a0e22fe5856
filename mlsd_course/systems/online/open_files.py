"""Room for connections: a service behind its load holds one for each request that waits."""

from contextlib import suppress

WANTED = 8192


def many_connections() -> None:
    """Let this process open thousands of connections at once, as far as the system allows.

    macOS lets a process have 256 open files unless it asks for more, many a Linux 1,024: requests beyond would be lost, and
    that would look like the service's fault. Windows has no such limit.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
