"""What becomes of answers in Emacs, without a server: the tests say what it answers, and when."""

import json
import subprocess
from pathlib import Path

import pytest
from emacs_window import PLUGIN

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

STUB = """
(require 'unmask)
(defvar asked nil)
(defvar callback nil)
(defun unmask-document-open-p () t)
(defun unmask-document-attach ())
(defun unmask-document-detach ())
(defun unmask-document-request (_method params then &optional _otherwise)
  (setq asked params
        callback then))
(defun unmask-document-notify (&rest _))
(defun unmask-document-region (range) range)
(defun answer (&rest texts)
  (funcall callback (list :items (mapcar (lambda (text)
    (list :insertText text :range (cons (point) (point)) :parts (parts text))) texts))))
(defun parts (text)
  (list :word (vector (string-match "\\\\_>" text) (length text))
        :line (vector (or (string-match "\n[a-z]+\\\\'" text) (length text)) (length text))))
(defun drawn ()
  (when unmask-ghost-shown-mode
    (substring-no-properties (overlay-get unmask-ghost--overlay 'after-string))))
(switch-to-buffer "m.py")
(unmask-mode)
(unmask-suggest)
"""


def result(emacs: Path, folder: Path, lisp: str) -> object:
    """What a piece of Lisp comes to in a buffer where something has been asked for."""
    script = folder / "script.el"
    script.write_text(f"{STUB}(princ (json-serialize (progn {lisp})))")
    command = [str(emacs / "emacs"), "--batch", "-L", str(PLUGIN), "-l", str(script)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("meanwhile", "drawn"),
    [
        ("(ignore)", "size"),
        ("(unmask-dismiss)", None),
        ("(unmask-mode -1)", None),
        ('(switch-to-buffer "other.py")', None),
    ],
)
def test_an_answer_is_dropped_where_nobody_wants_it_any_more(
    emacs: Path, tmp_path: Path, meanwhile: str, drawn: str | None
) -> None:
    lisp = f"""{meanwhile} (with-current-buffer "m.py" (answer "size") (or (drawn) :null))"""
    assert result(emacs, tmp_path, lisp) == drawn


def test_a_line_is_accepted_with_the_blank_lines_before_it(emacs: Path, tmp_path: Path) -> None:
    lisp = """(answer "\n\nreturn x\nmore") (unmask-accept-line) (buffer-string)"""
    assert result(emacs, tmp_path, lisp) == "\n\nreturn x"


def test_there_is_a_next_one_behind_an_accepted_word(emacs: Path, tmp_path: Path) -> None:
    lisp = """(answer "size = 1" "other" "size = 2") (unmask-accept-word) (unmask-next) (drawn)"""
    assert result(emacs, tmp_path, lisp) == " = 2"


@pytest.mark.parametrize("command", ["unmask-accept", "unmask-accept-word", "unmask-accept-line"])
def test_nothing_to_accept_is_said(emacs: Path, tmp_path: Path, command: str) -> None:
    lisp = f"(condition-case said ({command}) (user-error (cadr said)))"
    assert result(emacs, tmp_path, lisp) == "Unmask suggests nothing here"


@pytest.mark.parametrize(
    ("look", "drawn"),
    [
        ('(select-window (split-window)) (switch-to-buffer "other.py")', None),
        ("(select-window (minibuffer-window))", "size"),
    ],
)
def test_what_is_drawn_goes_with_a_look_at_another_window(
    emacs: Path, tmp_path: Path, look: str, drawn: str | None
) -> None:
    lisp = f"""(answer "size")
      (let ((left (selected-window)))
        {look}
        (with-current-buffer "m.py"
          (run-hook-with-args 'window-selection-change-functions left)
          (or (drawn) :null)))"""
    assert result(emacs, tmp_path, lisp) == drawn


def test_emacs_does_not_wait_for_a_download(emacs: Path, tmp_path: Path) -> None:
    assert result(emacs, tmp_path, "(unmask-download) (plist-get asked :command)") == (
        "unmask.download"
    )
