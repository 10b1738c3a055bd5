"""What is wrong with the values of a target file, said to the person who wrote it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

Steps = tuple[int | str, ...]
_IN_TABLE = 2  # steps to a key of a table: [table].key

_EXPECTED = {
    "bool_type": "true or false",
    "dict_type": "a table",
    "float_type": "a number",
    "int_type": "a whole number",
    "mapping_type": "a table",
    "model_type": "a table",
    "string_type": "text",
    "tuple_type": "a list",
}
# The order matters: true is also an int.
_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (int, "a whole number"),
    (float, "a number"),
    (str, "text"),
    (tuple, "a list"),
    (Mapping, "a table"),
)


def problems(
    error: ValidationError, model: type[BaseModel], data: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Return pairs of key and problem, in the order of the file's tables; never a value."""
    wrong_types: dict[Steps, list[str]] = {}
    for details in error.errors(include_url=False, include_input=False):
        steps = _inside(details, data)
        if details["type"] in _EXPECTED:
            wrong_types.setdefault(steps, []).append(_EXPECTED[details["type"]])
        else:
            yield _as_table(key(steps, data), model), _sentence(details, model, data, steps)
    for steps, expected in wrong_types.items():
        yield (
            key(steps, data),
            f"expected {' or '.join(expected)}, found {_kind(_value(data, steps))}",
        )


def key(steps: Steps, data: Mapping[str, Any]) -> str:
    """Return where something stands as a reader of TOML would write it: `[client].id`."""
    if not steps:
        return ""
    if len(steps) == 1 and not isinstance(data.get(str(steps[0])), Mapping):
        return str(steps[0])
    rest = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps[1:])
    return f"[{steps[0]}]{rest}"


def nearest(word: str, known: Mapping[str, str]) -> str:
    """Return a hint at the known word that is nearest; `known` gives each as it is written."""
    close = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {known[close[0]]}?" if close else f"known are {', '.join(known.values())}"


def _as_table(written: str, model: type[BaseModel]) -> str:
    """Write a table that the file does not have as a table."""
    return f"[{written}]" if written in _tables(model) else written


def _sentence(
    details: ErrorDetails, model: type[BaseModel], data: Mapping[str, Any], steps: Steps
) -> str:
    if details["type"] == "extra_forbidden":
        return _unknown(model, data, steps)
    if details["type"] == "missing":
        return "missing"
    if details["type"] in ("string_too_short", "too_short"):
        return "must not be empty"
    if details["type"] == "value_error":
        return str(details["ctx"]["error"])
    return details["msg"].replace("Input should", "must")


def _unknown(model: type[BaseModel], data: Mapping[str, Any], steps: Steps) -> str:
    word = str(steps[-1])
    noun = "table" if isinstance(_value(data, steps), Mapping) else "key"
    known = {
        name: f"[{name}]" if len(steps) == 1 and name in _tables(model) else name
        for name in _at(model, steps[:-1]).model_fields
    }
    home = _home(model, word) if len(steps) == _IN_TABLE else None
    return f"unknown {noun}; {home or nearest(word, known)}"


def _home(model: type[BaseModel], word: str) -> str | None:
    """Say where a misplaced key belongs, where only one place has it."""
    if word in _tables(model):
        return f"[{word}] is a table of its own"
    found = [f"[{name}]" for name, table in _tables(model).items() if word in table.model_fields]
    if word in model.model_fields:
        found.append("the top of the file, before any table")
    return f"{word} belongs to {found[0]}" if len(found) == 1 else None


def _at(model: type[BaseModel], steps: Steps) -> type[BaseModel]:
    for step in steps:
        model = _tables(model)[str(step)]
    return model


def _tables(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """Return the tables of a model by name, optional ones included."""
    found = {}
    for name, field in model.model_fields.items():
        for kind in (field.annotation, *get_args(field.annotation)):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                found[name] = kind
    return found


def _inside(details: ErrorDetails, data: Mapping[str, Any]) -> Steps:
    """Return the steps to a problem without those that name a branch of a union."""
    steps: list[int | str] = []
    value: Any = data
    for step in details["loc"]:
        if not isinstance(value, (Mapping, tuple)):
            break
        steps.append(step)
        value = _value(data, tuple(steps))
    return tuple(steps)


def _value(data: Mapping[str, Any], steps: Steps) -> object:
    value: Any = data
    for step in steps:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _kind(value: object) -> str:
    return next((noun for kind, noun in _KINDS if isinstance(value, kind)), "a date or time")
