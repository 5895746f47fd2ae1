"""The docs speak of the code as it is."""

import json
import re
import runpy
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import pytest

from unmask_lsp.engine.status import State
from unmask_lsp.suggest.suggestion import SilenceReason

ROOT = Path(__file__).parents[1]
FOLDERS = ("benchmarks", "docs", "editor_plugins", "lsp_server", "model")
MARKDOWN = [*ROOT.glob("*.md"), *chain(*(ROOT.joinpath(name).rglob("*.md") for name in FOLDERS))]
WRITTEN = [page for page in MARKDOWN if "node_modules" not in page.parts]
# What was, and what other people's repositories hold, is named there.
ELSEWHERE = {"CHANGELOG.md", "docs/log.md", "docs/models.md", "editor_plugins/emacs/README.md"}
LOG = ROOT / "docs" / "log"
DEFAULT_TESTS = 'pytest -m "not slow and not gpu and not e2e"'


@pytest.fixture(scope="module")
def pages() -> dict[str, Callable[[], str]]:
    return runpy.run_path(str(ROOT / ".ci" / "pages"))


def text_of(*path: str) -> str:
    return ROOT.joinpath(*path).read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_settings_page_is_current(pages: dict[str, Callable[[], str]]) -> None:
    assert text_of("docs", "settings.md") == pages["settings_page"](), "run .ci/pages"


def test_the_settings_of_vscode_are_current(pages: dict[str, Callable[[], str]]) -> None:
    manifest = text_of("editor_plugins", "vscode", "package.json")
    assert manifest == pages["vscode_manifest"](), "run .ci/pages"


def test_the_rooms_and_the_list_of_files_are_current(pages: dict[str, Callable[[], str]]) -> None:
    assert text_of("docs", "architecture.md") == pages["architecture_page"](), "run .ci/pages"
    assert text_of("docs", "files.md") == pages["files_page"](), "run .ci/pages"


def test_the_page_of_faults_is_what_the_tests_say(pages: dict[str, Callable[[], str]]) -> None:
    assert text_of("docs", "faults.md") == pages["faults_page"](), "run .ci/pages"


def test_the_list_of_languages_is_current(pages: dict[str, Callable[[], str]]) -> None:
    assert text_of("docs", "languages.md") == pages["languages_page"](), "run .ci/pages"


def test_neovims_settings_are_current(pages: dict[str, Callable[[], str]]) -> None:
    plugin = "editor_plugins", "neovim"
    assert text_of(*plugin, "doc", "unmask.txt") == pages["neovim_help"](), "run .ci/pages"
    types = text_of(*plugin, "lua", "unmask", "settings.lua")
    assert types == pages["neovim_types"](), "run .ci/pages"


@pytest.mark.parametrize("page", WRITTEN, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
    inner = [link for link in links if "://" not in link]
    assert [link for link in inner if not (page.parent / link).exists()] == []


@pytest.fixture(scope="module")
def paths() -> set[str]:
    """Every end of every path of the repository, folders with a slash behind them."""
    trees = (ROOT.joinpath(name).rglob("*") for name in (*FOLDERS, "tests", ".ci"))
    found = {
        f"{name_of(path)}/" if path.is_dir() else name_of(path)
        for path in chain(ROOT.glob("*"), *trees)
        if not {"node_modules", "__pycache__"} & set(path.parts)
    }
    return {path.split("/", n)[n] for path in found for n in range(path.count("/") + 1)}


@pytest.mark.parametrize("page", WRITTEN, ids=name_of)
def test_every_file_that_is_named_exists(page: Path, paths: set[str]) -> None:
    if name_of(page) in ELSEWHERE or LOG in page.parents:
        return
    text = page.read_text(encoding="utf-8")
    files = re.findall(r"`((?:[\w.-]+/)*[\w-]+\.(?:py|scm|toml|lua|ts|el))(?:::\w+)?`", text)
    folders = re.findall(r"`((?:[\w.-]+/)+)(?:<[^>`]+>[^`]*)?`", text)
    assert {*files, *folders} - paths == set()


@pytest.mark.parametrize("page", WRITTEN, ids=name_of)
def test_every_test_that_is_named_exists(page: Path) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page.read_text(encoding="utf-8"))
    assert [(file, test) for file, test in named if f"def {test}(" not in text_of(file)] == []


def test_the_readme_has_two_commands_near_its_top() -> None:
    top, next_heading, _ = text_of("README.md").partition("\n## Three numbers\n")
    assert next_heading
    commands = re.findall(r"^```sh\n(.+)\n```$", top, flags=re.MULTILINE)
    assert len(commands) == top.count("```sh") == 2
    main_job, default_tests = commands
    assert "pip install -c constraints.txt ." in main_job
    assert " && .venv/bin/unmask fill " in main_job
    assert default_tests.endswith(DEFAULT_TESTS)


def test_the_hole_the_readme_fills_is_a_line_of_code() -> None:
    hole = re.search(r"unmask fill ([\w/]+\.py):(\d+)$", text_of("README.md"), re.MULTILINE)
    assert hole
    assert text_of(hole[1]).splitlines()[int(hole[2]) - 1].strip()


def test_the_pages_speak_of_the_project_alone() -> None:
    machine = re.compile(r"(?<![\w.])/(work|opt|root|home)/")
    assert [name_of(page) for page in WRITTEN if machine.search(page.read_text("utf-8"))] == []


@pytest.mark.parametrize("said", [*SilenceReason, *State])
def test_whatever_a_person_is_told_is_on_the_page_about_trouble(said: str) -> None:
    page = text_of("docs", "troubleshooting.md")
    assert f"| {said} |" in page or f"| `{said}` |" in page, "add it to docs/troubleshooting.md"


def test_messages_on_the_page_about_trouble_are_those_of_the_code() -> None:
    table = text_of("docs", "troubleshooting.md").partition("## Messages")[2].partition("\n## ")[0]
    messages = [row.split(" | ")[0].removeprefix("| ") for row in table.splitlines() if "`" in row]
    sources = chain(*(ROOT.joinpath(name).rglob("*.py") for name in ("lsp_server", "model")))
    code = "".join(source.read_text(encoding="utf-8") for source in sources)
    code = re.sub(r'"\s*\n\s*f?"', "", code)  # strings that are written in several lines
    parts = [part for message in messages for part in re.split(r"`, `|`|…|'\w+'", message)]
    said = [part.strip(" ;:()") for part in parts]
    assert [part for part in said if len(part) > 3 and part not in code] == []


@pytest.mark.parametrize("page", sorted(LOG.rglob("*.md")), ids=name_of)
def test_every_entry_of_the_log_is_in_its_index(page: Path) -> None:
    index, link = text_of("docs", "log.md"), page.relative_to(LOG.parent).as_posix()
    titles = re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    dates = [title.partition(": ")[0] for title in titles]
    assert dates == sorted(dates, reverse=True)
    for title in titles:
        anchor = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        date, _, question = title.partition(": ")
        assert f"- {date}: [{question}]({link}#{anchor})" in index


def test_no_project_can_say_where_code_is_sent() -> None:
    manifest = json.loads((ROOT / "editor_plugins/vscode/package.json").read_text(encoding="utf-8"))
    settings = {
        name: setting
        for group in manifest["contributes"]["configuration"]
        for name, setting in group["properties"].items()
    }
    told = "server model command python install"
    theirs = {name for name in settings if any(word in name.lower() for word in told.split())}
    assert len(theirs) >= 5
    assert {settings[name]["scope"] for name in theirs} == {"machine"}
