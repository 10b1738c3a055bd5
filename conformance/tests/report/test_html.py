"""Tests of `conformance.report.html`."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
import time
from copy import deepcopy
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup, Tag

from conformance.evidence import Record
from conformance.report import html
from conformance.report.findings import findings
from conformance.verdict.baseline import Assessment, Stale
from conformance.verdict.results import Results, evaluate

_STALE = Stale("base.toml:3-4", "code.expired", "it passes; take the entry out")
_PACKED = "script[type='application/gzip']"


def _parsed(record: Record, results: Results) -> BeautifulSoup:
    """Return the report with everything unpacked, as after all was opened."""
    page = BeautifulSoup(html.render(record, results), "html.parser")
    for store in page.select(_PACKED):
        text = gzip.decompress(base64.b64decode(store.text)).decode()
        store.replace_with(BeautifulSoup(text, "html.parser"))
    return page


@pytest.fixture(scope="module")
def page(record: Record, results: Results) -> BeautifulSoup:
    """Return the parsed report."""
    return _parsed(record, results)


def _one(page: BeautifulSoup, name: str) -> Tag:
    found = page.find(id=name)
    assert isinstance(found, Tag)
    return found


def test_the_verdict_comes_first(page: BeautifulSoup) -> None:
    """Target and headline stand in the title and at the top, in the colour of the verdict."""
    heading = page.find("h1")
    assert isinstance(heading, Tag)
    assert heading.text == "sample: does not conform: 1 of 5 MUSTs is broken, 1 not judged"
    assert heading["class"] == ["red"]
    assert page.title is not None
    assert page.title.text == heading.text
    facts = {one.dt.text: one.dd.text for one in page.select(".facts > div") if one.dt and one.dd}
    assert facts["when"] == "2 January 2026, 03:04 UTC, took 4\u00a0s"
    assert facts["clock"] == "control"


def test_it_loads_nothing(page: BeautifulSoup) -> None:
    """Nothing in the page refers to anything outside it, and its policy forbids it."""
    assert not page.find_all(["img", "iframe", "object", "form"])
    assert not page.select("[src]")
    links = [str(tag["href"]) for tag in page.select("[href]")]
    assert all(link.startswith(("#", "data:")) for link in links)
    assert "url(" not in page.style.text if page.style else False


def test_only_our_own_script_may_run(page: BeautifulSoup) -> None:
    """There is one script and one style sheet, and the policy of the page names their digests."""
    policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
    assert isinstance(policy, Tag)
    for name in ("script", "style"):
        ours = page.find_all(name)
        assert len(ours) == 1
        digest = base64.b64encode(hashlib.sha256(ours[0].text.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in str(policy["content"])
    assert not page.select("[style]")


def test_what_the_target_said_is_text(page: BeautifulSoup) -> None:
    """Markup, controls and broken bytes of a body are shown, not obeyed."""
    shown = _one(page, "check-code.single-use").text
    assert "<script>alert(1)</script></pre><!-- \\x00 \\x1b]0;title\\x07 \\xff" in shown
    assert "\x1b" not in str(page)
    assert "<img src=x onerror=alert(1)>" in _one(page, "check-code.single-use").text


def test_every_link_within_the_page_leads_somewhere(page: BeautifulSoup) -> None:
    """Requirements, checks, readings and documents can be linked to."""
    targets = {str(tag["id"]) for tag in page.select("[id]")}
    wanted = {
        re.sub(r"%([0-9A-F]{2})", lambda m: chr(int(m[1], 16)), str(tag["href"])[1:])
        for tag in page.find_all("a")
    }
    assert {"KM-34", "check-code.single-use", "KMA-1", "document-KM"} <= wanted
    assert wanted <= targets


def test_the_exchange_that_broke_the_rule_is_marked(page: BeautifulSoup) -> None:
    """One of the five exchanges of the finding is marked, and names stand for the secrets."""
    check = _one(page, "check-code.single-use")
    assert len(check.select(".exchange")) == 5
    broke = check.select(".exchange.broke")
    assert len(broke) == 1
    assert "code=code#1" in broke[0].text
    assert "access-token#2" in [tag.text for tag in broke[0].select("pre b")]


def test_what_passed_is_a_drawing(page: BeautifulSoup) -> None:
    """Of a check that passed the flow is drawn, and no more."""
    check = _one(page, "check-placement.accepted[header]")
    assert not check.select(".exchange")
    asked = [one.text for one in check.select(".sequence .step text:not(.number)")]
    assert asked == ["GET /queue access-token#1", "200"]


def test_the_flow_of_a_finding_is_drawn(page: BeautifulSoup) -> None:
    """Values are followed by their names, and the step that broke the rule is marked."""
    steps = _one(page, "check-code.single-use").select(".sequence g")
    told = [tuple(one.text for one in step.select("text:not(.number)")) for step in steps]
    assert told[0] == ("GET /authorize", "302 code#1")
    assert told[2] == ("GET /token code#1", "200 access-token#2")
    assert len(_one(page, "check-code.single-use").select("g.broke")) == 1
    assert steps[2]["class"] == ["broke"]


def test_a_check_tells_what_proves_it(page: BeautifulSoup) -> None:
    """The known defects that turn a check red stand with it and with its requirements."""
    for name in ("KM-34", "check-code.single-use"):
        shown = _one(page, name).find("code", string="code.reusable")
        assert isinstance(shown, Tag)
        assert shown["title"] == "A code works more than once."
    assert "code.reusable" not in _one(page, "KM-72").text


def test_the_lifecycle_shows_what_was_exercised(page: BeautifulSoup) -> None:
    """A transition that the run went through is told apart from one that it did not."""
    drawn = _one(page, "lifecycle").select("figure")
    assert [one.b.text for one in drawn if one.b] == ["code", "access token", "refresh token"]
    done = [text.text for text in drawn[0].select("text.done")]
    assert done == ["present: accepted", "✓ present: refused"]
    assert "2 of 14 transitions exercised" in drawn[0].text


def test_a_finding_can_be_repeated_exactly(page: BeautifulSoup) -> None:
    """Target, seed and requirement stand in the command."""
    told = [one.text for one in page.select("#findings .command code")]
    assert "conformance run --only KM-34 --seed 7" in told
    assert "conformance run --only code.single-use --seed 7" in told


@pytest.mark.parametrize(("cases", "told"), [(4, "1 more case"), (5, "2 more cases")])
def test_cases_that_are_folded_away_are_counted(
    record: Record, results: Results, monkeypatch: pytest.MonkeyPatch, cases: int, told: str
) -> None:
    """Three cases of a finding are shown, and the number of the others."""
    found = findings(results)[0]
    many = replace(found, checks=found.checks[:1] * cases)
    monkeypatch.setattr(html, "findings", lambda _: (many,))
    page = _parsed(record, results)
    assert [one.text for one in page.select("#findings .more > summary")] == [told]


def test_what_changed_since_the_baseline_is_on_the_first_screen(
    record: Record, results: Results
) -> None:
    """What is not excused is told before what is; without a baseline that is said."""
    excused = {"code.single-use": "known since <spring>"}
    known = Assessment("base.toml", excused=excused, listed={}, stale=(_STALE,))
    page = _parsed(record, replace(results, baseline=known))
    told = _one(page, "baseline").text
    assert "Nothing is broken that it does not excuse." in told
    assert told.index("stale base.toml:3-4") < told.index("1 excused check cases")
    assert "known since <spring>" in told
    assert "excused" in [chip.text for chip in page.select("#findings .chip")]
    assert "No baseline was given" in _one(_parsed(record, results), "baseline").text


def test_requirements_stand_in_their_order_with_level_and_verdict(page: BeautifulSoup) -> None:
    """Each document lists its requirements as it makes them."""
    entries = page.select("#document-KM details")
    assert [entry["id"] for entry in entries][:3] == ["KM-34", "KM-72", "KM-42"]
    assert _one(page, "KM-34")["data-verdict"] == "fail"
    assert "It is about the client" in _one(page, "KM-49").text
    assert "5 requests" in _one(page, "KM-34").text


def test_observations_readings_and_deviations_are_told(page: BeautifulSoup) -> None:
    """What was measured, and how the contract was read, stands in the report."""
    assert "<script>alert(1)</script>\\x1b[31m" in page.text
    assert "May a code be used twice?" in _one(page, "KMA-1").text
    assert "The page grants over GET." in page.text
    assert "the old one still works" in page.text


def test_a_long_run_stays_quick(record: Record) -> None:
    """Two thousand exchanges, those of fifty failed checks among them, make a page of a few MB."""
    big = deepcopy(record)
    assert big.header is not None
    template = record.exchanges[1]
    big.exchanges = [{**template, "number": number} for number in range(1, 2001)]
    for number in range(400):
        numbers = list(range(number * 5 + 1, number * 5 + 6))
        outcome = "violation" if number < 50 else "pass"
        verdict = {"check": f"code.case[{number}]", "outcome": outcome, "exchanges": numbers}
        big.verdicts.append({"type": "verdict", **verdict})
    big.header["requirements"].append({**big.header["requirements"][0], "checks": ["code.case"]})
    started = time.process_time()
    page = html.render(big, evaluate(big))
    assert time.process_time() - started < 5
    assert len(page) < 3_000_000


def test_of_a_long_check_the_exchanges_around_the_break_are_shown(record: Record) -> None:
    """A check with hundreds of exchanges shows thirty, and the one that broke the rule is there."""
    big = deepcopy(record)
    big.exchanges = [{**record.exchanges[1], "number": number} for number in range(1, 301)]
    big.verdicts = [{**record.verdicts[0], "exchanges": list(range(1, 301)), "step": 120}]
    page = _parsed(big, evaluate(big))
    check = _one(page, "check-code.single-use")
    assert len(check.select(".exchange")) == 30
    assert len(check.select(".exchange.broke")) == 1
    assert "270 exchanges are left out here" in check.text
