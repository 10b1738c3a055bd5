"""What is pending: kept for its own target, whoever writes into the same folder."""

from __future__ import annotations

from pathlib import Path

from conformance.contract import Contract
from conformance.targets import Companions, Entry, Pending, Service, Window, start_in_process
from conformance.targets.pending import exposed, seal

_WINDOW = Window(10.0, 20.0)


def test_whatever_is_held_comes_back_as_it_was(contract: Contract, tmp_path: Path) -> None:
    """Codes, tokens and companions survive the file, with what is to happen to them midway."""
    service = Service(start_in_process(contract))
    code, tokens = service.code(), service.tokens("client_credentials")
    written = Pending(tmp_path / "pending.json", "mine", {})
    for name, held in (("a", code), ("b", Companions(tokens, tokens))):
        written.put(Entry.of(name, held, _WINDOW, Window(1.0, 2.0)))
    found = Pending.read(tmp_path / "pending.json", "mine", {}).entries
    assert found["a"].held(service.client, service.user) == code
    again = found["b"].held(service.client, service.user)
    assert isinstance(again, Companions)
    assert again.value == again.control
    assert (again.issued, found["b"].midway) == (tokens.issued, Window(1.0, 2.0))


def test_what_waits_for_another_target_is_left_alone(contract: Contract, tmp_path: Path) -> None:
    """A run of one target neither sees nor removes what waits for another, encrypted or not."""
    path, code = tmp_path / "pending.json", Service(start_in_process(contract)).code()
    Pending(path, "theirs", {"CONFORMANCE_PENDING_KEY": "k"}).put(Entry.of("a", code, _WINDOW))
    mine = Pending.read(path, "mine", {})
    assert not mine.entries
    mine.put(Entry.of("b", code, _WINDOW))
    mine.forget()
    theirs = Pending.read(path, "theirs", {"CONFORMANCE_PENDING_KEY": "k"})
    assert list(theirs.entries) == ["a"]


def test_a_key_that_comes_later_encrypts_what_lies_in_the_clear(
    contract: Contract, tmp_path: Path
) -> None:
    """What was written without a key is sealed by one, once, and comes back as it was."""
    path, service = tmp_path / "pending.json", Service(start_in_process(contract))
    code = service.code()
    Pending(path, "mine", {}).put(Entry.of("a", code, _WINDOW))
    seal(path, {})
    assert exposed(path) == ("mine",)
    key = {"CONFORMANCE_PENDING_KEY": "k"}
    seal(path, key)
    assert not exposed(path)
    assert code.value not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    sealed = path.read_bytes()
    seal(path, key)
    assert path.read_bytes() == sealed
    assert Pending.read(path, "mine", key).entries["a"].held(service.client, service.user) == code
