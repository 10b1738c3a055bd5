"""Tests of `conformance.report.folder`: all files of a report together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.evidence import Record, read
from conformance.report import write_all
from conformance.report.folder import write
from conformance.tests.report.sample import SECRETS
from conformance.verdict.results import Results, evaluate


def test_every_file_is_written_and_nothing_else(
    tmp_path: Path, record: Record, results: Results
) -> None:
    """A report folder holds the five reports and no leftovers; it is made where it is missing."""
    folder = tmp_path / "reports" / "latest"
    written = write_all(folder, record, results)
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in written)
    assert {path.name for path in written} == {
        "results.json",
        "report.html",
        "junit.xml",
        "conformance.sarif",
        "summary.md",
    }


def test_no_file_holds_a_secret(
    tmp_path: Path, journal_path: Path, record: Record, results: Results
) -> None:
    """Not a secret, a code, a token, a cookie or a mutant stands in any of the files."""
    files = [journal_path, *write_all(tmp_path, record, results)]
    for file in files:
        text = file.read_text()
        assert not [secret for secret in SECRETS if secret in text], file.name


def test_the_same_journal_gives_the_same_bytes(tmp_path: Path, journal_path: Path) -> None:
    """Every file can be rebuilt from the journal alone."""
    contents = []
    for name in ("a", "b"):
        record = read(journal_path)
        written = write_all(tmp_path / name, record, evaluate(record))
        contents.append([path.read_bytes() for path in written])
    assert contents[0] == contents[1]


def test_a_run_that_was_killed_has_a_report(tmp_path: Path, record: Record) -> None:
    """Without a footer every file is written all the same and says that the run did not end."""
    cut = Record(header=record.header, exchanges=record.exchanges)
    write_all(tmp_path, cut, evaluate(cut))
    for name in ("report.html", "summary.md", "results.json"):
        assert "the run did not end" in (tmp_path / name).read_text()


def test_a_run_without_a_header_has_a_report(tmp_path: Path) -> None:
    """A journal of nothing is no reason to have no report."""
    write_all(tmp_path, Record(), evaluate(Record()))
    assert json.loads((tmp_path / "results.json").read_text())["requirements"] == []


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """A reader sees the old file or the new one."""
    path = write(tmp_path / "a.txt", b"old")
    assert write(path, b"new").read_bytes() == b"new"
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


def test_a_folder_that_cannot_be_written_is_an_os_error(
    tmp_path: Path, record: Record, results: Results
) -> None:
    """The caller learns which path is in the way."""
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        write_all(tmp_path / "file" / "latest", record, results)
