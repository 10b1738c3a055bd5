"""Virtual clients find what goes wrong rarely, and blame no lawful server."""

from __future__ import annotations

import gc
import json
from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest

from conformance.checks.machine.play import Play
from conformance.contract import Contract, Level
from conformance.load.promises import cases
from conformance.load.verdicts import JUDGED, named
from conformance.reference import Decisions, create_app
from conformance.targets import TargetFile
from conformance.targets.description.tables import Refresh
from conformance.targets.startup.embedded import settings_for
from conformance.tests.load.conftest import Soaked, soak
from conformance.tests.load.servers import (
    KeepsCodes,
    LocksOut,
    RareLoss,
    RareRace,
    RareReuse,
    RareStranger,
)
from conformance.tests.variants import endings, lifetimes
from conformance.tests.variants.crowd import Variant, application

_EXPIRED = {one for one in JUDGED if one.endswith(",expired]")}
_LATE = "lifecycle.dead-refused[code,expired]"
_LONG = 20_000  # operations, if it does not end before
_SPENT = "lifecycle.dead-refused[refresh_token,spent]"


def _soaked(contract: Contract, decisions: Decisions, **how: Any) -> Soaked:  # noqa: ANN401 - those of soak
    return soak(contract, create_app(settings_for(contract), decisions=decisions), **how)


def test_a_sound_server_is_judged_in_every_way(kitchenmonki: Contract) -> None:
    """All that a short soak can see is seen, nothing breaks, and no play is cut short."""
    seen = JUDGED - _EXPIRED
    soaked = _soaked(
        kitchenmonki,
        Decisions(),
        operations=_LONG,
        enough=lambda counts: seen <= counts["judged"].keys(),
    )
    assert soaked.counts["judged"].keys() == seen
    assert not soaked.broken
    assert not soaked.counts["cut"]
    assert soaked.names == {"authorize", "token", "getQueue", "getRecipe", "createList", "pages"}


def test_it_ends_when_all_is_done(kitchenmonki: Contract) -> None:
    """So many operations are done, and not one more."""
    assert _soaked(kitchenmonki, Decisions(), operations=50).counts["operations"] == 50


@pytest.mark.parametrize(
    ("decisions", "invariants"),
    [
        (RareRace(10), {"race.code"}),
        (RareReuse(5), {_SPENT, "race.refresh-token"}),
        (RareStranger(10), {"lifecycle.user-kept"}),
        (RareLoss(10), {"lifecycle.live-accepted[access_token]"}),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Decisions) else "",
)
def test_what_goes_wrong_rarely_is_found(
    kitchenmonki: Contract, decisions: Decisions, invariants: set[str]
) -> None:
    """It breaks what it is about and nothing else; one of the exchanges that are sent shows it."""
    soaked = _soaked(
        kitchenmonki,
        decisions,
        operations=_LONG,
        enough=lambda counts: invariants <= counts["broken"].keys(),
    )
    assert soaked.broken == invariants
    finding = soaked.found[0]
    assert finding["step"] in [line["number"] for line in finding["exchanges"]]


def test_what_is_dead_is_looked_at_when_its_time_is_over(short: Contract) -> None:
    """Codes are left alone until they have expired; where they go on working that is found."""

    def seen(counts: Mapping[str, Any]) -> bool:
        return _LATE in counts["judged"] or _LATE in counts["broken"]

    assert not _soaked(short, Decisions(), operations=_LONG, enough=seen).broken
    assert _soaked(short, KeepsCodes(), operations=_LONG, enough=seen).broken == {_LATE}


@pytest.mark.parametrize("variant", [*endings.VARIANTS, *lifetimes.VARIANTS])
def test_no_lawful_server_breaks_a_must(kitchenmonki: Contract, variant: Variant) -> None:
    """Whatever a service may do with grants that are replayed, refreshed or doubled, it may."""
    soaked = soak(kitchenmonki, application((variant,), kitchenmonki), operations=120)
    known = cases(soaked.contract)
    musts = {
        case
        for invariant in soaked.broken
        for case in named(invariant, known)
        if soaked.contract.level_of(case) is Level.MUST
    }
    assert not musts


def test_a_client_that_is_locked_out_has_lost_no_token(kitchenmonki: Contract) -> None:
    """A service may have enough of replays; that it refuses everything then is no early death."""
    soaked = _soaked(kitchenmonki, LocksOut(5))
    assert not soaked.broken
    assert soaked.counts["cut"]


@pytest.mark.parametrize("replay", ["strict", "retry-tolerant", "grace"])
def test_a_used_refresh_token_is_judged_by_what_is_promised(oauth2: Contract, replay: str) -> None:
    """Where rotation is a choice the target file says from when on it is dead."""
    soaked = _soaked(
        oauth2,
        RareReuse(3),
        described=partial(_promising, replay),
        operations=_LONG,
        enough=lambda counts: bool(counts["broken"]),
    )
    assert soaked.broken == {_SPENT}


def test_a_used_refresh_token_is_not_judged_where_nothing_is_promised(oauth2: Contract) -> None:
    """A service may let it work, and then nothing is wrong."""
    assert not _soaked(oauth2, RareReuse(1), described=partial(_promising, "none")).broken


def _promising(replay: str, file: TargetFile) -> TargetFile:
    promise = Refresh.model_validate({"replay": replay, "grace": 0.0})
    return file.model_copy(update={"refresh": promise})


def test_nothing_is_kept_of_what_is_over(kitchenmonki: Contract) -> None:
    """After hundreds of plays a few are left: those that wait for their time."""
    soaked = _soaked(kitchenmonki, Decisions(), operations=600)
    gc.collect()
    alive = [one for one in gc.get_objects() if isinstance(one, Play)]
    assert soaked.counts["plays"] > 100
    assert len(alive) <= 4 * len(soaked.visitors)


def test_no_secret_is_in_a_finding(kitchenmonki: Contract) -> None:
    """What is sent to the master has names in the place of values."""
    soaked = _soaked(kitchenmonki, RareReuse(5))
    told = json.dumps(soaked.found)
    for finding in soaked.found:
        for line in finding["exchanges"]:
            assert not _values(line) & {"access_token", "refresh_token"}
    assert "refresh-token#1" in told
    assert "client_secret=client-secret" in told


def _values(line: Mapping[str, Any]) -> set[str]:
    """Return the members of an answer that are no names of values."""
    try:
        members = json.loads((line["response"] or {}).get("body") or "{}")
    except ValueError:
        return set()
    return {name for name, value in members.items() if isinstance(value, str) and "#" not in value}
