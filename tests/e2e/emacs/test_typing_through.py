"""What is left of a suggestion while it is typed, as Emacs draws it before it asks."""

import json
import subprocess
from pathlib import Path

import pytest
from emacs_window import PLUGIN
from typing_through import FILE, typing_through

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

SCRIPT = """
(require 'unmask)
(defun rest (case)
  (with-temp-buffer
    (pcase-let* (((map :line :text :typed :closed :replaced) case)
                 (`(,left ,right) (split-string line "‸")))
      (insert left)
      (save-excursion (insert right))
      (setq unmask-ghost--size (buffer-size))
      (let ((suggestion (make-unmask-suggestion
                         :text text :start (point) :end (+ (point) (or replaced 0)))))
        (insert typed)
        (save-excursion (insert (or closed "")))
        (or (unmask-ghost--rest-of suggestion) :null)))))
(princ (json-serialize (vconcat (mapcar #'rest
  (with-temp-buffer
    (insert-file-contents "{file}")
    (json-parse-buffer :object-type 'plist :null-object nil))))))
"""


def test_what_is_left_of_a_suggestion_while_it_is_typed(emacs: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.el"
    script.write_text(SCRIPT.replace("{file}", str(FILE)), encoding="utf-8")
    command = [str(emacs / "emacs"), "--batch", "-L", str(PLUGIN), "-l", str(script)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    cases = typing_through()
    wrong = {c["name"]: f for c, f in zip(cases, found, strict=True) if f != c["rest"]}
    assert wrong == {}
