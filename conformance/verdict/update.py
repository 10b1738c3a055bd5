"""A run, and a baseline if there is one -> the text of the next, ready for its reasons."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import tomlkit
from tomlkit import TOMLDocument

from conformance.contract import Level
from conformance.verdict.fingerprint import fingerprint, observed
from conformance.verdict.floor import judged
from conformance.verdict.judged import CheckResult, Results
from conformance.verdict.outcome import Verdict

# The list of a baseline that a verdict belongs to.
_LISTS: Mapping[Verdict, str] = {
    Verdict.FAIL: "violation",
    Verdict.WARN: "violation",
    Verdict.INCONCLUSIVE: "unjudged",
    Verdict.PENDING: "unjudged",
}
_SAYS_NOTHING = frozenset({Verdict.NOT_SELECTED, Verdict.ERROR})
# What stands before an entry: a blank line, but for a comment of its author.
_ENTRIES_ON = re.compile(r"^([^#\n].*)\n+(?=\[\[)", re.MULTILINE)
_HEAD = (
    "What is known and accepted of this target, written by `conformance baseline update`.",
    "Each entry needs a reason, in your words; the rest of it is what the run has seen.",
)


@dataclass(frozen=True)
class Filling:
    """What new entries get beside what was seen."""

    reason: str = ""
    link: str = ""
    owner: str = ""
    expires: date | None = None


@dataclass(frozen=True)
class Updated:
    """The text of a baseline; which check cases entered and left it, and which lack a reason."""

    text: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    unexplained: tuple[str, ...]


def update(results: Results, known: str | None, filling: Filling, *, strict: bool) -> Updated:
    """Return the baseline of a run; what still holds keeps its entry, its words and its comments.

    `known` is the text of the one before. With `strict` warnings are listed too. What the run left
    out, and what is known to be flaky, stays as it is.
    """
    document = tomlkit.parse(known) if known is not None else _begun(results)
    strict = strict or bool(document.get("strict"))
    removed = tuple(_tidied(document, results))
    listed = {entry["check"] for _, entry in _entries(document)}
    added = [one for one in results.checks if _belongs(one, strict=strict) and one.id not in listed]
    for check in added:
        _append(document, check, filling)
    _stamp(document, results, strict=strict)
    return Updated(
        text=_ENTRIES_ON.sub(r"\1\n\n", tomlkit.dumps(document)),
        added=tuple(check.id for check in added),
        removed=removed,
        unexplained=tuple(
            entry["check"] for _, entry in _entries(document) if not entry["reason"].strip()
        ),
    )


def _begun(results: Results) -> TOMLDocument:
    document = tomlkit.document()
    for line in _HEAD:
        document.add(tomlkit.comment(line))
    document.add("target", tomlkit.item(str(results.target.get("name", ""))))
    return document


def _belongs(check: CheckResult, *, strict: bool) -> bool:
    return check.verdict in _LISTS and (strict or check.verdict is not Verdict.WARN)


def _entries(document: TOMLDocument) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name in ("violation", "unjudged", "flaky"):
        for entry in document.get(name, ()):
            yield name, entry


def _tidied(document: TOMLDocument, results: Results) -> Iterator[str]:
    """Take out the entries that say something else than the run; yield the check of each."""
    checks = {check.id: check for check in results.checks}
    for name in ("violation", "unjudged"):
        entries = document.get(name, [])
        for index in reversed(range(len(entries))):
            check = checks.get(entries[index]["check"])
            if check is None or not _holds(name, entries[index], check):
                yield str(entries[index]["check"])
                del entries[index]
        if name in document and not entries:
            document.remove(name)


def _holds(name: str, entry: Mapping[str, Any], check: CheckResult) -> bool:
    if check.verdict in _SAYS_NOTHING:
        return True
    if entry["verdict"] != check.verdict:
        return False
    return name == "unjudged" or entry["fingerprint"] == fingerprint(check)


def _append(document: TOMLDocument, check: CheckResult, filling: Filling) -> None:
    name = _LISTS[check.verdict]
    if name not in document:
        document.remove("known") if "known" in document else None
        document.add(name, tomlkit.aot())
    document[name].append(_entry(check, filling))


def _entry(check: CheckResult, filling: Filling) -> tomlkit.items.Table:
    table = tomlkit.table()
    values: dict[str, Any] = {"check": check.id, "verdict": str(check.verdict)}
    if _LISTS[check.verdict] == "violation":
        values["fingerprint"] = fingerprint(check)
    values |= {"seen": observed(check), "reason": filling.reason}
    values |= {"link": filling.link, "owner": filling.owner, "expires": filling.expires}
    for key, value in values.items():
        if value or key == "reason":
            table.add(key, value)
    return table


def _stamp(document: TOMLDocument, results: Results, *, strict: bool) -> None:
    """Write down for which suite and contract the baseline is, and which cases they have."""
    contract = tomlkit.inline_table()
    contract.update({key: results.contract.get(key, "") for key in ("name", "version", "digest")})
    document["contract"] = contract
    document["suite"] = results.suite
    if strict:
        document["strict"] = True
    if results.under_load:
        document["under_load"] = True
    if all(one.verdict is not Verdict.NOT_SELECTED for one in results.requirements):
        floor = tomlkit.inline_table()
        floor.update({one.value: judged(results, one) for one in (Level.MUST, Level.SHOULD)})
        document["floor"] = floor
    if "known" in document:
        document.remove("known")
    known = tomlkit.table()
    for check, parameters in sorted(_grouped(results).items()):
        known.add(check, parameters)
    document.add("known", known)


def _grouped(results: Results) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for check in results.checks:
        name, _, parameters = check.id.partition("[")
        found.setdefault(name, []).append(parameters.removesuffix("]"))
    return found
