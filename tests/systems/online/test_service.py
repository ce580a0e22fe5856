"""The real service over HTTP: starts, answers, refuses, stops, and leaves nothing behind."""

import gc
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import joblib
import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier

from mlsd_course.errors import MissingExtra, ParameterError, PortInUse, ServiceError
from mlsd_course.systems.online import Service, engine, export_onnx, open_loop
from mlsd_course.systems.online.settings import DEADLINE_HEADER, Settings

POLICIES = {
    "naive": {},
    "threads": {"workers": 2},
    "greedy": {"max_batch": 8},
    "windowed": {"max_batch": 8, "max_wait_ms": 2.0},
}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A small trained model, its file and its data."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(400, 3))
    model = HistGradientBoostingClassifier(max_iter=10).fit(rows, rows[:, 0] > rows[:, 1])
    path = tmp_path_factory.mktemp("model") / "model.joblib"
    joblib.dump(model, path)
    return model, path, rows


def post(service: Service, row: list[float], **headers: str) -> tuple[int, dict, dict]:
    """Send one row; return status, answer and headers."""
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
    connection.request("POST", "/predict", json.dumps({"row": row}), {"Content-Type": "application/json", **headers})
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()
    return answer.status, body, dict(answer.getheaders())


@pytest.mark.parametrize("policy", POLICIES)
def test_every_policy_gives_the_models_answers(trained, policy):
    """Alone and together, each row gets the probability that the model gives it in this process."""
    model, path, rows = trained
    expected = model.predict_proba(rows[:24])[:, 1]
    with Service(path, policy=policy, **POLICIES[policy]) as service, ThreadPoolExecutor(8) as crowd:
        alone = service.predict(rows[0])
        together = list(crowd.map(service.predict, rows[:24]))
        stats = service.stats()
    assert alone == pytest.approx(expected[0])
    assert together == pytest.approx(expected)
    assert (stats["requests"], stats["answered"]) == (25, 25)
    assert 1 <= stats["calls"] <= 25


def test_it_starts_and_stops_and_leaves_no_port_thread_process_or_file(trained, tmp_path, monkeypatch):
    """After `with` the port is closed, the process gone, no thread of its own is left; stopping twice is fine."""
    _, path, rows = trained
    monkeypatch.chdir(tmp_path)
    before = set(threading.enumerate())
    with Service(path) as service:
        process = service._process  # noqa: SLF001 the child that the test stops or stands in for
        assert service.start() is service, "starting twice is fine"
        service.predict(rows[0])
        port = service.port
    service.stop()
    assert process.poll() is not None
    assert set(threading.enumerate()) <= before
    assert list(tmp_path.iterdir()) == []
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    with pytest.raises(ServiceError, match="not running"):
        service.predict(rows[0])


def test_it_ends_with_the_process_that_started_it(trained):
    """A notebook kernel that dies takes its services along."""
    _, path, _ = trained
    code = f"""
import os
from mlsd_course.systems.online import Service
service = Service({str(path)!r}).start()
print(service.port, flush=True)
os._exit(1)
"""
    dying = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    port = int(dying.stdout)
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return
        time.sleep(0.1)
    raise AssertionError("the service outlives the process that started it")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="only on POSIX: its process groups")
@pytest.mark.parametrize("in_the_background", [False, True])
def test_interrupting_the_notebook_leaves_the_service_running(trained, in_the_background):
    """JupyterLab's stop button signals the kernel's whole process group: the cell ends, the service goes on.

    What a shell starts in the background inherits that this signal is ignored; a kernel listens to it all the same.
    """
    _, path, rows = trained
    code = f"""
import signal, time
from mlsd_course.systems.online import Service
signal.signal(signal.SIGINT, signal.default_int_handler)  # as ipykernel does before each cell
with Service({str(path)!r}) as service:
    try:
        print("running", flush=True)
        time.sleep(600)
    except KeyboardInterrupt:
        time.sleep(0.5)  # a service that the signal has reached is gone by then
        print(service.predict({rows[0].tolist()!r}))
"""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN) if in_the_background else signal.getsignal(signal.SIGINT)
    try:
        kernel = subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True
        )
    finally:
        signal.signal(signal.SIGINT, before)
    assert kernel.stdout.readline() == "running\n"
    os.killpg(kernel.pid, signal.SIGINT)
    answer, _ = kernel.communicate(timeout=300)
    assert 0 <= float(answer) <= 1


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="only on POSIX: its limits of open files")
def test_a_crowd_beyond_the_usual_limit_of_open_files_is_answered(trained):
    """macOS gives a process 256 open files: 600 requests that wait at the same time are held and answered all the same."""
    import resource

    _, path, rows = trained
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        with Service(path, stall_every_s=0.3, stall_ms=1_500) as service:
            run = open_loop(service.url, np.linspace(0, 0.6, 600), rows, timeout_s=30)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert run.answered_share == 1


def test_an_answer_that_breaks_off_is_named(trained):
    """A process that dies in the middle of an answer is a service that does not answer, for the router too."""
    _, path, rows = trained
    with socket.create_server(("127.0.0.1", 0)) as door:
        service = Service(path)
        service.port, service._process = door.getsockname()[1], object()  # noqa: SLF001 the child that the test stops or stands in for

        def break_off() -> None:
            line, _ = door.accept()
            line.recv(65_536)
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{")
            line.close()

        thread = threading.Thread(target=break_off)
        thread.start()
        with pytest.raises(ServiceError, match="does not answer"):
            service.predict(rows[0])
        thread.join()
        service._process = None  # noqa: SLF001 the child that the test stops or stands in for


def test_a_deadline_that_is_no_number_is_refused(trained):
    """With a sentence, not with an error inside the service."""
    _, path, rows = trained
    with Service(path) as service:
        status, body, _ = post(service, list(rows[0]), **{DEADLINE_HEADER: "noon"})
    assert status == 422
    assert "seconds since 1970" in body["detail"]


def test_a_killed_service_is_named_and_can_be_stopped(trained):
    """Who asks a service whose process has died is told so."""
    _, path, rows = trained
    service = Service(path).start()
    service._process.kill()  # noqa: SLF001 the child that the test stops or stands in for
    service._process.wait()  # noqa: SLF001 the child that the test stops or stands in for
    with pytest.raises(ServiceError, match="does not answer"):
        service.predict(rows[0])
    service.stop()


def test_too_many_get_503_and_hear_when_to_come_back(trained):
    """A crowd gathers while the service stands still; with room for one in service and one waiting, most are turned away."""
    _, path, rows = trained
    stalling = {"stall_every_s": 0.05, "stall_ms": 300}
    with (
        Service(path, policy="threads", workers=1, queue_limit=1, **stalling) as service,
        ThreadPoolExecutor(24) as crowd,
    ):
        fates = list(crowd.map(lambda _: post(service, list(rows[0])), range(72)))
        stats = service.stats()
    refused = [fate for fate in fates if fate[0] == 503]
    assert {fate[0] for fate in fates} == {200, 503}
    assert all(headers["retry-after"] == "1" and "full" in body["detail"] for _, body, headers in refused)
    assert stats["overloaded"] == len(refused)
    assert stats["answered"] == 72 - len(refused)


@pytest.mark.slow
@pytest.mark.parametrize("policy", POLICIES)
def test_who_comes_after_the_deadline_gets_504_and_no_work(trained, policy):
    """The client says when it stops waiting; the past is past."""
    _, path, rows = trained
    with Service(path, policy=policy, **POLICIES[policy]) as service:
        late = post(service, list(rows[0]), **{DEADLINE_HEADER: repr(time.time() - 1)})
        early = post(service, list(rows[0]), **{DEADLINE_HEADER: repr(time.time() + 60)})
        stats = service.stats()
    assert (late[0], early[0]) == (504, 200)
    assert "deadline" in late[1]["detail"]
    assert (stats["expired"], stats["answered"], stats["calls"]) == (1, 1, 1)


def test_a_fallback_answers_instead_of_a_refusal_and_says_so(trained):
    """With a fallback nobody gets an error; the source tells the two apart."""
    _, path, rows = trained
    with Service(path, policy="greedy", fallback=0.2) as service:
        late = post(service, list(rows[0]), **{DEADLINE_HEADER: "1"})
        fine = post(service, list(rows[0]))
    assert late[:2] == (200, {"probability": 0.2, "source": "fallback"})
    assert fine[0] == 200
    assert fine[1]["source"] == "model"


def test_a_row_of_the_wrong_length_is_refused_with_both_numbers(trained):
    """The message names what came and what the model takes; the service goes on."""
    _, path, rows = trained
    with Service(path, policy="greedy") as service:
        status, body, _ = post(service, [1.0, 2.0])
        assert (status, body["detail"]) == (422, "got 2 features; the model takes 3")
        with pytest.raises(ServiceError, match="422"):
            service.predict([1.0])
        assert service.predict(rows[0]) >= 0


def test_calls_are_timed_inside_the_process(trained):
    """As many times as asked for, all above 0."""
    _, path, rows = trained
    with Service(path) as service:
        times = service.time_calls(rows[:8], repeats=5)
    assert len(times) == 5
    assert min(times) > 0


def test_the_compiled_model_gives_the_same_probabilities(trained, tmp_path):
    """ONNX Runtime, converted here or read from a file, agrees to 32 bits."""
    pytest.importorskip("onnxruntime", reason="needs the extra `fast` (uv sync --extra fast)")
    pytest.importorskip("skl2onnx", reason="needs the extra `fast` (uv sync --extra fast)")
    model, path, rows = trained
    file = tmp_path / "model.onnx"
    file.write_bytes(export_onnx(path))
    expected = model.predict_proba(rows[:5])[:, 1]
    for settings in ({}, {"onnx_path": str(file)}):
        with Service(path, policy="greedy", engine="onnx", **settings) as service:
            assert [service.predict(row) for row in rows[:5]] == pytest.approx(expected, abs=1e-5)


def test_without_the_extra_the_command_is_named(trained, monkeypatch):
    """Whether asked here or in the process of the service."""
    _, path, _ = trained
    monkeypatch.setitem(sys.modules, "skl2onnx", None)
    with pytest.raises(MissingExtra, match="uv sync --extra fast"):
        export_onnx(path)
    with pytest.raises(MissingExtra, match="uv sync --extra fast"):
        engine.make_engine(str(path), "onnx", None, 1)


def test_an_error_of_the_process_arrives_as_it_was_raised(trained, tmp_path):
    """A sitecustomize that hides the extra from the child: MissingExtra crosses the border with its command."""
    _, path, _ = trained
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['onnxruntime'] = None\n", encoding="utf-8")
    joined = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", joined)
        with pytest.raises(MissingExtra, match=r"onnxruntime.*uv sync --extra fast"):
            Service(path, engine="onnx").start()


def test_a_taken_port_is_named(trained):
    """The message says which, and that leaving it out helps."""
    _, path, _ = trained
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortInUse, match=f"{port}.*Leave port out"):
            Service(path, port=port).start()


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "no model file"), (b"not a model", "cannot be read"), ("a string", "holds no model")],
)
def test_a_model_that_cannot_be_served_is_named(tmp_path, content, says):
    """Missing, damaged, or something else: the path or the type is in the message."""
    path = tmp_path / "model.joblib"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        joblib.dump(content, path)
    with pytest.raises(ServiceError, match=says):
        Service(path).start()


def test_a_model_that_cannot_be_compiled_is_named(tmp_path):
    """skl2onnx's own complaint is kept, with a way out."""
    pytest.importorskip("skl2onnx", reason="needs the extra `fast` (uv sync --extra fast)")
    path = tmp_path / "dummy.joblib"
    joblib.dump(DummyClassifier().fit([[0.0], [1.0]], [0, 1]), path)
    with pytest.raises(ServiceError, match="engine='sklearn'"):
        export_onnx(path)


def test_a_missing_onnx_file_is_named(trained, tmp_path):
    """Before ONNX Runtime complains about it in its own words."""
    _, path, _ = trained
    with pytest.raises(ServiceError, match=r"gone\.onnx.*Leave onnx_path out"):
        engine.make_engine(str(path), "onnx", str(tmp_path / "gone.onnx"), 1)


def test_a_service_that_is_not_ready_in_time_is_given_up(trained):
    """And its process is gone."""
    _, path, _ = trained
    service = Service(path, start_timeout_s=0.01)
    with pytest.raises(ServiceError, match="not ready after"):
        service.start()
    assert service._process is None  # noqa: SLF001 the child that the test stops or stands in for


@pytest.mark.parametrize(
    "settings",
    [
        {"policy": "lucky"},
        {"engine": "abacus"},
        {"port": 70_000},
        {"max_batch": 0},
        {"workers": 0},
        {"max_wait_ms": -1},
        {"queue_limit": -1},
        {"fallback": 1.5},
        {"threads_per_call": 0},
        {"policy": "naive", "queue_limit": 5},
        {"policy": "windowed"},
        {"policy": "greedy", "max_wait_ms": 5},
        {"stall_ms": float("nan")},
        {"max_batch": 2.5},
        {"workers": True},
    ],
)
def test_settings_out_of_range_are_refused_before_anything_starts(settings):
    """Each refusal says what was given and what is allowed."""
    with pytest.raises(ParameterError, match=r"got .*Allowed"):
        Settings("model.joblib", **settings)


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_a_refused_service_leaves_no_second_complaint():
    """What never started needs no stopping: only the sentence is shown, no error of the clean-up after it."""
    with pytest.raises(ParameterError):
        Service("model.joblib", policy="lucky")
    gc.collect()


def test_a_missing_service_loses_every_request_and_the_generator_says_so(trained):
    """Nobody listens: no exception, but every request is lost."""
    _, _, rows = trained
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    run = open_loop(f"http://127.0.0.1:{port}", [0.0, 0.01, 0.02], rows[:2])
    assert run.answered_share == 0
    assert run.share(0) == 1
