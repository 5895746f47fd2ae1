"""A bad setting gives one clear message and the default."""

from dataclasses import fields
from typing import Any

import pytest

import unmask_lsp.settings as module
from unmask_lsp.settings import PER_MACHINE, PER_WINDOW, RENAMED, Settings, Spelling, read


@pytest.mark.parametrize("values", [None, {}, {"unmask": {}}])
def test_nothing_set_means_the_defaults(values: object) -> None:
    assert read(values) == (Settings(), ())


def test_settings_come_with_or_without_their_section() -> None:
    expected = Settings(enabled=False, budget_ms=150, disabled_languages=("markdown",))
    values = {"enabled": False, "budget_ms": 150, "disabled_languages": ["markdown"]}
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
        ("excluded_files", ["*.md", "!"]),
    ],
)
def test_a_bad_value_costs_one_message_and_nothing_else(name: str, value: Any) -> None:
    settings, messages = read({name: value, "model": "scripted"}, Spelling.SNAKE)
    assert settings == Settings(model="scripted")
    assert len(messages) == 1
    assert f"unmask.{name} = {value!r}" in messages[0]


def test_settings_that_are_no_object_cost_one_message() -> None:
    settings, messages = read([1])
    assert settings == Settings()
    assert len(messages) == 1


def test_a_bad_item_of_a_list_costs_the_list() -> None:
    settings, messages = read({"disabled_languages": ["a", 1]})
    assert settings == Settings()
    assert len(messages) == 1


def test_settings_cannot_be_changed_in_place() -> None:
    with pytest.raises(AttributeError):
        Settings().enabled = False  # type: ignore[misc]


def test_every_setting_is_explained() -> None:
    descriptions = module._ADAPTER.json_schema()["properties"]
    assert all(descriptions[field.name]["description"] for field in fields(Settings))


@pytest.mark.parametrize("spelling", Spelling)
def test_names_are_spelled_as_the_client_spells_them(spelling: Spelling) -> None:
    defaults = Settings()
    given = {spelling.of(one.name): getattr(defaults, one.name) for one in fields(Settings)}
    assert read({**given, spelling.of("max_lines"): 7}) == (Settings(max_lines=7), ())


@pytest.mark.parametrize(("old", "new"), RENAMED.items())
@pytest.mark.parametrize("spelling", Spelling)
def test_an_old_name_is_still_read_with_one_notice(old: str, new: str, spelling: Spelling) -> None:
    default = getattr(Settings(), new)
    other = ("x",) if isinstance(default, tuple) else not default if default in (True, False) else 7
    settings, messages = read({spelling.of(old): other}, spelling)
    assert getattr(settings, new) == other
    assert len(messages) == 1
    assert f"{old} is now {spelling.of(new)}" in messages[0]


def test_several_old_names_cost_one_notice_and_a_new_name_wins() -> None:
    settings, messages = read({"delay_ms": 5, "languages_off": ["c"], "debounceMs": 9})
    assert (settings.debounce_ms, settings.disabled_languages) == (9, ("c",))
    assert len(messages) == 1
    assert "delay_ms" not in messages[0]


def test_a_document_has_no_model_and_no_privacy_of_its_own() -> None:
    window = Settings(model="small", excluded_files=("mine.*",))
    own = Settings(model="mercury", server="https://elsewhere.example", max_lines=3)
    settings = window.for_document(own)
    assert settings.max_lines == 3
    for name in PER_MACHINE + PER_WINDOW:
        assert getattr(settings, name) == getattr(window, name)
