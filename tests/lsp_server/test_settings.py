"""A bad setting gives one clear message and the default."""

from dataclasses import fields
from typing import Any

import pytest

import unmask_lsp.settings as module
from unmask_lsp.settings import Settings, read


@pytest.mark.parametrize("values", [None, {}, {"unmask": {}}])
def test_nothing_set_means_the_defaults(values: object) -> None:
    assert read(values) == (Settings(), ())


def test_settings_come_with_or_without_their_section() -> None:
    expected = Settings(enabled=False, budget_ms=150, languages_off=("markdown",))
    values = {"enabled": False, "budget_ms": 150, "languages_off": ["markdown"]}
    assert read(values) == read({"unmask": values}) == (expected, ())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("budget_ms", -1),
        ("budget_ms", "soon"),
        ("enabled", 7),
        ("max_lines", 1.5),
        ("colour", 1),
        ("eagerness", "very"),
        ("private_files", ["*.md", "!"]),
    ],
)
def test_a_bad_value_costs_one_message_and_nothing_else(name: str, value: Any) -> None:
    settings, messages = read({name: value, "model": "scripted"})
    assert settings == Settings(model="scripted")
    assert len(messages) == 1
    assert f"unmask.{name} = {value!r}" in messages[0]


def test_settings_that_are_no_object_cost_one_message() -> None:
    settings, messages = read([1])
    assert settings == Settings()
    assert len(messages) == 1


def test_a_bad_item_of_a_list_costs_the_list() -> None:
    settings, messages = read({"languages_off": ["a", 1]})
    assert settings == Settings()
    assert len(messages) == 1


def test_settings_cannot_be_changed_in_place() -> None:
    with pytest.raises(AttributeError):
        Settings().enabled = False  # type: ignore[misc]


def test_every_setting_is_explained() -> None:
    descriptions = module._ADAPTER.json_schema()["properties"]
    assert all(descriptions[field.name]["description"] for field in fields(Settings))
