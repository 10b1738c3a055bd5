"""A server that is started for the run and stopped after it."""

from __future__ import annotations

import importlib.util
import os
import select
import sys
from pathlib import Path

import pytest

from conformance.contract import Contract
from conformance.targets.description.file import read
from conformance.targets.errors import ProcessError, TargetFileError
from conformance.targets.live import start
from conformance.targets.startup import faketime
from conformance.targets.startup.process import ManagedProcess
from conformance.tests.targets.conftest import Write
from conformance.tests.targets.description.test_file import GOOD
from conformance.wire import Wire

# Answers with its own time, the value of SAY, and the pid of a child that it has started.
SERVER = """
import http.server, os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"{time.time()} {os.environ.get('SAY')} {child.pid}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def declared(
    write: Write, *, program: str = "server.py", setup: str = "", more: str = ""
) -> ManagedProcess:
    """Return a process whose program lies beside its target file."""
    ready = "http://127.0.0.1:{port}/"
    before = f'setup = ["{{python}}", "-c", "{setup}"]\n' if setup else ""
    source = write(
        f'{GOOD}[endpoints]\napi = "{ready}"\nauthorize = "{ready}authorize"\n[process]\n'
        f'command = ["{{python}}", "{program}", "{{port}}"]\nready = "{ready}"\n{before}{more}'
    )
    Path(source).with_name("server.py").write_text(SERVER)
    return ManagedProcess(read(source, {}))


def told(process: ManagedProcess) -> list[str]:
    """Ask the server for its time, what it was told to say, and its child."""
    assert process.file.process is not None
    url = process.file.process.ready
    exchange = Wire([url.removeprefix("http://").rstrip("/")]).send("GET", url)
    assert exchange.response is not None
    return exchange.response.text.split()


def gone(pid: str) -> bool:
    """Tell whether a process ends within a few seconds, or has ended."""
    try:
        handle = os.pidfd_open(int(pid))
    except ProcessLookupError:
        return True
    ended, _, _ = select.select([handle], [], [], 5.0)
    os.close(handle)
    return bool(ended)


def test_a_server_is_started_and_stopped(write: Write) -> None:
    """It runs beside its file, with its environment, after its setup; nothing of it stays."""
    setup = "open('made', 'w').close()"
    with declared(write, setup=setup, more='env = { SAY = "hello" }\n') as process:
        _, said, child = told(process)
        assert (process.file.folder / "made").exists()
        assert process.clock is None
    assert said == "hello"
    assert gone(child)


def test_a_process_is_a_target(write: Write, contract: Contract) -> None:
    """A file with a process gives a live target at the port that was found for it."""
    with start(declared(write).file, contract) as live:
        assert live.kind == "process"
        assert live.wire.send("GET", live.endpoints.api).status == 200
        assert "{port}" not in live.endpoints.api


def test_a_server_that_dies_is_told_with_its_last_words(write: Write) -> None:
    """A server that ends before it answers is reported with its output, secrets masked."""
    process = declared(write, program="die.py")
    (process.file.folder / "die.py").write_text("import sys; sys.exit('no db for s3cret-of-app')")
    expected = (
        r"staging.toml: \[process\].command ended with 1 before it was ready; its last lines:"
    )
    with pytest.raises(ProcessError, match=expected) as caught, process:
        pass
    assert "no db for [secret]" in str(caught.value)


def test_a_server_that_never_answers_is_told(write: Write) -> None:
    """A server that is not ready in time is stopped, and what was seen is said."""
    impatient = declared(write, program="wait.py", more="ready_within = 0.1\n")
    (impatient.file.folder / "wait.py").write_text("import threading; threading.Event().wait()")
    expected = r"command was not ready within 0.1 s: GET \S+: unreachable; it wrote nothing"
    with pytest.raises(ProcessError, match=expected), impatient:
        pass


def test_a_setup_that_fails_is_told(write: Write) -> None:
    """A setup that ends badly is reported with its output, and no server is started."""
    process = declared(write, setup="import sys; sys.exit('no space')")
    with (
        pytest.raises(ProcessError, match=r"\[process\].setup ended with 1.*\n  \| no space"),
        process,
    ):
        pass


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            '"{python}", "server.py"',
            '"./no-server"',
            r"\[process\].command: './no-server' cannot be run",
        ),
        ("[process]", '[process]\ncwd = "none"', r"\[process\].cwd: there is no folder 'none'"),
    ],
)
def test_what_cannot_be_run_is_named(write: Write, old: str, new: str, expected: str) -> None:
    """A program or a folder that is not there is an error of the target file."""
    source = declared(write).file.source
    source.write_text(source.read_text().replace(old, new))
    with pytest.raises(TargetFileError, match=expected), ManagedProcess(read(str(source), {})):
        pass


needs_faketime = pytest.mark.skipif(
    importlib.util.find_spec("libfaketime") is None, reason="the extra `authlib` is not installed"
)


@needs_faketime
def test_a_server_out_of_reach_of_libfaketime_is_told(write: Write) -> None:
    """A server that goes on by real time is not judged by a clock that it does not have."""
    source = declared(write, more="faketime = true\n").file.source
    text = source.read_text().replace('["{python}"', '["env", "-u", "LD_PRELOAD", "{python}"')
    source.write_text(text)
    with (
        pytest.raises(ProcessError, match="no effect on 'env': its answer is dated by real time"),
        ManagedProcess(read(str(source), {})),
    ):
        pass


@needs_faketime
def test_libfaketime_moves_an_unmodified_server(write: Write) -> None:
    """The very next request after a move sees the server at its new time; ours stays."""
    with declared(write, more="faketime = true\n") as process:
        assert process.clock is not None
        began = process.clock.ahead
        for _ in range(3):
            process.clock.advance(1209600)
            assert float(told(process)[0]) == pytest.approx(process.clock.now(), abs=2)
    assert process.clock.ahead == began + 3 * 1209600


@needs_faketime
def test_a_variable_of_the_callers_own_does_not_win(tmp_path: Path) -> None:
    """FAKETIME of the caller is taken away, and what is preloaded already stays."""
    mine = {"FAKETIME": "+1d", "FAKETIME_NO_CACHE": "0", "LD_PRELOAD": "/a.so", "PATH": "/bin"}
    found = faketime.variables(tmp_path / "offset", mine)
    assert "FAKETIME" not in found
    assert found["FAKETIME_NO_CACHE"] == "1"
    assert found["LD_PRELOAD"].endswith("libfaketime.so.1:/a.so")
    assert found["PATH"] == "/bin"


def test_only_what_the_dead_left_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shared memory of processes that are gone is removed, and nothing else."""
    monkeypatch.setattr(faketime, "_SHARED_MEMORY", tmp_path)
    dead = 2**22 + 1  # beyond the largest number that Linux gives a process
    kept = [f"faketime_shm_{os.getpid()}", "faketime_notes", f"other_{dead}"]
    for name in (*kept, f"faketime_shm_{dead}", f"sem.faketime_sem_{dead}"):
        (tmp_path / name).touch()
    faketime.sweep()
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted(kept)


def test_another_system_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where libfaketime cannot work, the message says which key to take out."""
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(ProcessError, match=r"\[process\].faketime .* works on Linux only"):
        faketime.library()


def test_a_missing_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the package is not installed, the message says how to get it."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delitem(sys.modules, "libfaketime", raising=False)
    with pytest.raises(ProcessError, match="pip install libfaketime"):
        faketime.library()
