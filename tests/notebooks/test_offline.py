"""The network is closed while notebooks run: to Python by the guard, on Linux to everything by a namespace."""

import subprocess
import sys

import pytest

from tests.support import offline

REACH = "import socket; socket.create_connection(({host!r}, {port}), timeout=5)"
LOOPBACK = """
import socket
server = socket.create_server(("127.0.0.1", 0))
socket.create_connection(("localhost", server.getsockname()[1]), timeout=5)
"""


def run(code: str, *, guarded: bool, sandboxed: bool) -> "subprocess.CompletedProcess[str]":
    """Run `code` in a Python process."""
    before = offline.sandbox() if sandboxed else ()
    environment = offline.environment() if guarded else None
    command = [*before, sys.executable, "-c", code]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("host", ["192.0.2.1", "example.org", "2001:db8::1"])
def test_the_guard_refuses_what_is_not_this_machine(host: str) -> None:
    """By name and by number, with a message that says who asked."""
    done = run(REACH.format(host=host, port=9), guarded=True, sandboxed=False)
    assert "The network is closed while notebooks run" in done.stderr


@pytest.mark.parametrize("sandboxed", [False, True])
def test_loopback_works(sandboxed: bool) -> None:
    """The mini-systems serve and call on 127.0.0.1."""
    done = run(LOOPBACK, guarded=True, sandboxed=sandboxed)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only on Linux")
def test_the_namespace_holds_nothing_but_loopback() -> None:
    """Also a program that is not Python finds no other network."""
    assert offline.sandbox(), "bubblewrap is missing or may not make namespaces"
    names = run("import socket; print([name for _, name in socket.if_nameindex()])", guarded=False, sandboxed=True)
    assert names.stdout.strip() == "['lo']"
