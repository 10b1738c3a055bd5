"""A server that is installed: once, in a folder of its own, and anew where that is due."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conformance.targets.description.file import read
from conformance.targets.errors import MissingProgram, ProcessError, TargetFileError
from conformance.targets.startup.install import Installation
from conformance.targets.startup.process import ManagedProcess
from conformance.tests.targets.conftest import Write
from conformance.tests.targets.description.test_file import GOOD
from conformance.tests.targets.startup.test_process import SERVER, told

COUNT = "open('{cache}/../count', 'a').write('x')"
MORE = f"""[install]
server = "kitchen"
version = "1.0"
language = "Python"
needs = {{ sh = "it comes with the system" }}
files = "kitchen"
steps = [["{{python}}", "-c", "{COUNT}"]]
[process]
command = ["{{python}}", "server.py", "{{port}}"]
cwd = "{{cache}}"
ready = "http://127.0.0.1:{{port}}/"
"""


@pytest.fixture
def caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that holds the caches, one of this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    return tmp_path / "caches" / "oauth2-conformance"


def recipe(write: Write, old: str = "", new: str = "") -> Installation:
    """Return an installation whose files lie beside its target file."""
    source = write(GOOD + MORE.replace(old, new))
    files = Path(source).with_name("kitchen")
    files.mkdir(exist_ok=True)
    (files / "server.py").write_text(SERVER)
    found = Installation.of(read(source, {}))
    assert found is not None
    return found


def test_a_server_is_installed_once(write: Write, caches: Path) -> None:
    """The second time finds what the first has left, and a run starts it from there."""
    first = recipe(write)
    assert not first.done
    first.ensure()
    recipe(write).ensure()
    assert (caches / "count").read_text() == "x"
    assert (caches / "kitchen-1.0" / "server.py").read_text() == SERVER
    with ManagedProcess(read(str(caches.parents[1] / "staging.toml"), {})) as process:
        assert told(process)


def test_runs_at_the_same_time_install_once(write: Write, caches: Path) -> None:
    """Several workers that want a server wait for the first one."""
    recipes = [recipe(write) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(Installation.ensure, recipes))
    assert (caches / "count").read_text() == "x"


@pytest.mark.parametrize("changed", ["server.py", "steps"])
def test_a_changed_recipe_is_installed_anew(write: Write, caches: Path, changed: str) -> None:
    """A file or a step that is not as it was leaves nothing of the old folder."""
    recipe(write).ensure()
    (caches / "kitchen-1.0" / "old").touch()
    if changed == "steps":
        again = recipe(write, "'x'", "'y'")
    else:
        again = recipe(write)
        (caches.parents[1] / "kitchen" / "server.py").write_text("")
    assert not again.done
    again.ensure()
    assert again.done
    assert not (caches / "kitchen-1.0" / "old").exists()


def test_an_installation_that_was_cut_off_is_begun_anew(write: Write, caches: Path) -> None:
    """A step that fails is told with its output; what it left does not count as a server."""
    broken = recipe(write, COUNT, "import sys; open('half', 'w'); sys.exit('no space')")
    expected = r"\[install\].steps ended with 1; its last lines:\n  \| no space"
    with pytest.raises(ProcessError, match=expected):
        broken.ensure()
    assert "no space" in (caches / "kitchen-1.0.log").read_text()
    assert not broken.done
    recipe(write).ensure()
    assert not (caches / "kitchen-1.0" / "half").exists()


def test_a_missing_program_is_told_with_the_way_to_get_it(write: Write, caches: Path) -> None:
    """One message names the server, the program and the hint, before anything is made."""
    lacking = recipe(write, 'sh = "it comes with the system"', 'no-npm = "install Node.js"')
    expected = "kitchen 1.0 needs what this machine has not: no-npm: install Node.js"
    with pytest.raises(MissingProgram, match=expected):
        lacking.ensure()
    assert not caches.exists()


def test_missing_files_are_an_error_of_the_target_file(write: Write, caches: Path) -> None:
    """A folder that is not beside the target file is named with its key."""
    lacking = recipe(write, 'files = "kitchen"', 'files = "kitschen"')
    with pytest.raises(TargetFileError, match=r"\[install\].files: there is no folder 'kitschen'"):
        lacking.ensure()
    assert not (caches / "kitchen-1.0").exists()


def test_a_relative_cache_is_ignored(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """The XDG specification wants an absolute path; without one the cache is the user's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", "caches")
    monkeypatch.setenv("HOME", "/home/ann")
    assert recipe(write).folder == Path("/home/ann/.cache/oauth2-conformance/kitchen-1.0")
