"""Unmask in a real Emacs on a terminal, set up as editor_plugins/emacs/README.md says.

What is asserted is what the terminal shows; a suggestion is told by its colour.
"""

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from auto_closed import auto_closed, script

# An engine may take long to start on a busy machine.
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

PLUGIN = Path(__file__).parents[2] / "editor_plugins" / "emacs"
EGLOT, LSP_MODE, *_ = re.findall(r"```elisp\n(.*?)```", (PLUGIN / "README.md").read_text(), re.S)
GHOST = "38;2;1;2;3"
LOOK = '(set-face-attribute \'unmask-suggestion nil :foreground "#010203")'
# Fetched packages are on the load path; installed ones would have their autoloads loaded too.
INSTALLED = '(load "lsp-mode-autoloads")'
QUIET = """
(setq inhibit-startup-screen t make-backup-files nil create-lockfiles nil
      native-comp-enable-subr-trampolines nil native-comp-jit-compilation nil
      lsp-auto-guess-root t lsp-enabled-clients '(unmask) lsp-headerline-breadcrumb-enable nil
      lsp-diagnostics-provider :none eglot-stay-out-of '(flymake))
(electric-pair-mode)
(add-to-list 'auto-mode-alist '("\\\\.\\\\(go\\\\|rs\\\\|ts\\\\)\\\\'" . prog-mode))
"""
RULES = [
    {"left_ends_with": "    return ", "answer": "größe + 1"},
    {"left_ends_with": "def area(w, h):\n    ", "answer": "size = w * h\n    return size"},
    {"left_ends_with": "def pick(x):\n    ", "answer": "return x"},
    {"left_ends_with": "(x):\n    ", "answer": "yield x"},
]


class Window:
    """A person at an Emacs on a terminal."""

    def __init__(self, folder: Path, socket: Path, init: Path) -> None:
        self.tmux = [str(folder / "tmux"), "-u", "-S", str(socket)]
        self.command = f"{folder / 'emacs'} -nw --init-directory={init}"

    def run(self, *words: str) -> str:
        done = subprocess.run([*self.tmux, *words], capture_output=True, text=True, check=True)
        return done.stdout

    def start(self, file: Path) -> None:
        self.run("-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "30", self.command)
        self.edit(file)

    def edit(self, file: Path) -> None:
        """Open a file, and wait until Unmask serves it."""
        self.eventually(lambda: "-UUU:" in self.screen() or "-UU-:" in self.screen())
        self.press("C-x", "C-f", "C-a", "C-k")
        self.type(str(file))
        self.press("Enter")
        self.eventually(lambda: re.search(rf"{re.escape(file.name)} .*Unmask", self.screen()))

    def eventually(self, look: Callable[[], Any], seconds: float = 60) -> Any:
        """What `look` finds, once it finds something."""
        end = time.monotonic() + seconds
        while not (found := look()):
            assert time.monotonic() < end, f"after {seconds} s:\n{self.screen()}"
            time.sleep(0.1)
        return found

    def type(self, text: str) -> None:
        self.run("send-keys", "-l", text)

    def press(self, *keys: str) -> None:
        self.run("send-keys", *keys)

    def call(self, command: str) -> None:
        self.press("M-x")
        self.type(command)
        self.press("Enter")

    def evaluate(self, lisp: str) -> None:
        self.press("M-:")
        self.type(lisp)
        self.press("Enter")

    def screen(self) -> str:
        return self.run("capture-pane", "-p")

    def cursor(self) -> tuple[int, int]:
        """Column and row of the cursor, from 0; the first row of a text is 1."""
        column, row = self.run("display", "-p", "#{cursor_x},#{cursor_y}").split(",")
        return int(column), int(row)

    def ghost(self) -> str:
        """What is drawn as a suggestion: its lines without blanks at their ends, or nothing."""
        lines = self.run("capture-pane", "-p", "-e").splitlines()
        drawn = ["".join(re.findall(rf"\x1b\[[\d;]*{GHOST}m([^\x1b]*)", line)) for line in lines]
        return "\n".join(line.rstrip() for line in drawn if line)

    def saved(self, file: Path) -> str:
        self.press("C-x", "C-s")
        self.eventually(lambda: "Wrote" in self.screen())
        return file.read_bytes().decode()


on_eglot = pytest.mark.parametrize("set_up", ["eglot"], indirect=True)


@pytest.fixture(params=["eglot", "lsp-mode"])
def set_up(request: pytest.FixtureRequest) -> str:
    """What the README says to put into init.el, for one client of LSP."""
    return EGLOT if request.param == "eglot" else INSTALLED + LSP_MODE


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    (project / ".git").mkdir(parents=True)
    return project


@pytest.fixture
def settings() -> str:
    """What the test sets beside the model."""
    return ""


@pytest.fixture
def window(
    emacs: Path,
    backend: Any,
    server_command: list[str],
    set_up: str,
    settings: str,
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Window]:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("TMUX", raising=False)
    backend.script(rules=RULES, default="")
    command = " ".join(map(json.dumps, server_command))
    init = backend.folder / "init"
    init.mkdir()
    (init / "init.el").write_text(
        QUIET
        + set_up.replace("~/unmask/editor_plugins/emacs", str(PLUGIN))
        + f"(setq unmask-command '({command})"
        + f'      unmask-settings \'(:model "scripted" :budget_ms 0 {settings}))'
        + LOOK
    )
    window = Window(emacs, backend.folder / "tmux", init)
    window.start(project / "area.py")
    yield window
    window.run("kill-server")


def test_a_block_is_drawn_and_accepted_with_tab(window: Window, project: Path) -> None:
    window.type("def area(w, h):")
    window.press("Enter")
    assert window.eventually(window.ghost) == "size = w * h\n    return size"
    assert window.cursor() == (4, 2)
    window.press("Tab")
    window.eventually(lambda: not window.ghost())
    assert window.saved(project / "area.py") == (
        "def area(w, h):\n    size = w * h\n    return size\n"
    )


@on_eglot
def test_what_is_drawn_is_not_offered_in_a_popup_too(window: Window) -> None:
    window.evaluate("(list 'popup (eglot-server-capable :completionProvider))")
    window.eventually(lambda: "(popup nil)" in window.screen())


@on_eglot
def test_a_suggestion_is_dismissed_by_a_key_and_by_moving_away(window: Window) -> None:
    window.type("def area(w, h):")
    window.press("Enter")
    window.eventually(window.ghost)
    window.press("C-g")
    window.eventually(lambda: not window.ghost())
    window.press("BSpace")
    window.type("    ")
    window.eventually(window.ghost)
    window.press("Up")
    window.eventually(lambda: not window.ghost())


@on_eglot
def test_a_suggestion_stays_while_it_is_typed(window: Window, project: Path) -> None:
    window.type("def area(w, h):")
    window.press("Enter")
    window.eventually(window.ghost)
    window.type("size")
    window.eventually(lambda: window.ghost() == " = w * h\n    return size")
    window.press("Tab")
    assert window.saved(project / "area.py") == (
        "def area(w, h):\n    size = w * h\n    return size\n"
    )


@on_eglot
def test_a_word_and_a_line_are_accepted(window: Window, project: Path) -> None:
    window.type("def area(w, h):")
    window.press("Enter")
    window.eventually(window.ghost)
    window.press("M-f")
    window.eventually(lambda: window.ghost() == " = w * h\n    return size")
    window.press("C-e")
    window.eventually(lambda: window.ghost() == "\n    return size")
    assert window.cursor() == (len("    size = w * h"), 2)
    assert window.saved(project / "area.py") == "def area(w, h):\n    size = w * h\n"


@on_eglot
def test_there_is_a_next_suggestion_and_a_previous_one(window: Window) -> None:
    window.type("def pick(x):")
    window.press("Enter")
    assert window.eventually(window.ghost) == "return x"
    window.press("M-n")
    window.eventually(lambda: window.ghost() == "yield x")
    window.press("M-p")
    window.eventually(lambda: window.ghost() == "return x")


def test_a_selection_is_filled_with_what_is_chosen(window: Window, project: Path) -> None:
    file = project / "fill.py"
    file.write_text("def pick(x):\n    pass\n")
    window.edit(file)
    window.press("M->", "C-Space", "C-b", "C-b", "C-b", "C-b", "C-b")
    window.call("unmask-fill-selection")
    window.eventually(lambda: "apply" in window.screen() and "return x" in window.screen())
    window.type("n")
    window.eventually(lambda: "(2 of" in window.screen() and "yield x" in window.screen())
    window.type("y")
    window.eventually(lambda: "apply" not in window.screen())
    assert window.saved(file) == "def pick(x):\n    yield x\n"


def test_the_server_says_why_and_how_much(window: Window) -> None:
    window.type("def pick(x):")
    window.press("Enter")
    window.eventually(window.ghost)
    window.call("unmask-explain")
    window.eventually(lambda: "8 characters on 1 lines were shown" in window.screen())
    window.call("unmask-stats")
    window.eventually(lambda: "shown" in window.screen())


@pytest.mark.parametrize("settings", [":enabled :json-false"])
def test_the_mode_line_says_how_the_server_is(window: Window) -> None:
    window.eventually(lambda: "Unmask:off" in window.screen())


@on_eglot
def test_letters_of_many_bytes(window: Window, project: Path) -> None:
    window.type("größe = '漢😀'")
    window.press("Enter")
    window.type("if größe:")
    window.press("Enter")
    window.type("return ")
    assert window.eventually(window.ghost) == "größe + 1"
    window.press("Tab")
    assert window.saved(project / "area.py").endswith("    return größe + 1\n")


@on_eglot
def test_a_file_of_carriage_returns_keeps_them(window: Window, project: Path) -> None:
    file = project / "dos.py"
    file.write_bytes(b"def area(w, h):\r\n")
    window.edit(file)
    window.press("M->")
    window.type("    ")
    assert window.eventually(window.ghost) == "size = w * h\n    return size"
    window.press("Tab")
    assert window.saved(file) == "def area(w, h):\r\n    size = w * h\r\n    return size\r\n"


@on_eglot
def test_nothing_is_suggested_where_it_is_switched_off(window: Window, project: Path) -> None:
    window.call("unmask-mode")
    window.type("def area(w, h):")
    window.press("Enter", "Tab")
    assert window.saved(project / "area.py") == "def area(w, h):\n    \n"
    assert not window.ghost()
    window.call("unmask-mode")
    window.press("M->", "BSpace")
    window.eventually(window.ghost)


def test_a_killed_engine_costs_one_suggestion(window: Window, backend: Any) -> None:
    window.type("def area(w, h):")
    window.press("Enter")
    window.eventually(window.ghost)
    os.kill(asyncio.run(backend.engine_pid()), signal.SIGKILL)
    window.press("C-g", "Enter")
    window.type("return ")

    def typed_again() -> str:
        window.press("BSpace")
        window.type(" ")
        time.sleep(2)  # the engine starts anew, and a suggestion takes a moment
        return window.ghost()

    assert window.eventually(typed_again) == "größe + 1"


def test_what_an_editor_has_closed_is_not_closed_again(
    window: Window, backend: Any, project: Path
) -> None:
    backend.script(**script())
    for case in auto_closed():
        file = project / case.file
        file.write_text(case.left + case.right, encoding="utf-8")
        window.edit(file)
        window.evaluate(f"(goto-char {len(case.left) + 1})")
        window.type(case.typed)
        window.eventually(window.ghost)
        window.press("Tab")
        assert window.saved(file) == case.after, case.name


def test_it_compiles_without_warnings(emacs: Path, tmp_path: Path) -> None:
    for source in PLUGIN.glob("*.el"):
        shutil.copy(source, tmp_path)
    quiet = "(setq native-comp-enable-subr-trampolines nil byte-compile-error-on-warn t)"
    for source in sorted(tmp_path.glob("*.el")):
        batch(emacs, "-L", str(tmp_path), "--eval", quiet, "-f", "batch-byte-compile", str(source))
        assert source.with_suffix(".elc").exists()


def test_its_documentation_is_as_emacs_wants_it(emacs: Path) -> None:
    for source in sorted(PLUGIN.glob("*.el")):
        said = batch(emacs, "--eval", f'(checkdoc-file "{source}")')
        assert not said


def batch(emacs: Path, *arguments: str) -> str:
    """What an Emacs without a terminal says; it must succeed."""
    command = [str(emacs / "emacs"), "-Q", "--batch", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


DIAGNOSTICS = """
(require 'unmask-diagnostics)
(defvar told nil)
(cl-defmethod unmask-client-notify ((_client (eql stub)) _method params) (push params told))
(cl-defmethod unmask-client-document ((_client (eql stub))) '(:uri "file:///m.py"))
(cl-defmethod unmask-client-position ((_client (eql stub)) point)
  (list :line (1- (line-number-at-pos point)) :character 0))
(defun say (report &rest _)
  (funcall report (list (flymake-make-diagnostic (current-buffer) 1 2 :note "a hint")
                        (flymake-make-diagnostic (current-buffer) 3 4 :error "an error")
                        (flymake-make-diagnostic (current-buffer) 5 6 :warning "a warning"))))
(with-temp-buffer
  (insert "a\\nb\\nc\\n")
  (setq unmask-client 'stub
        flymake-diagnostic-functions '(say))
  (unmask-diagnostics-tell)
  (flymake-mode 1)
  (flymake-start)
  (unmask-diagnostics-tell)
  (unmask-diagnostics-tell)
  (princ (json-serialize (vconcat told))))
"""


def test_errors_and_warnings_near_point_are_told_once(emacs: Path, tmp_path: Path) -> None:
    """Without a server: what would be sent is printed."""
    script = tmp_path / "script.el"
    script.write_text(DIAGNOSTICS)
    command = [str(emacs / "emacs"), "--batch", "-L", str(PLUGIN), "-l", str(script)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    (params,) = json.loads(done.stdout)
    told = [
        (one["range"]["start"]["line"], one["severity"], one["message"])
        for one in params["diagnostics"]
    ]
    assert sorted(told) == [(1, 1, "an error"), (2, 2, "a warning")]
