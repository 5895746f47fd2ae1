"""What other tools say near the cursor, as Emacs tells it to the server."""

import json
import subprocess
from pathlib import Path

import pytest
from emacs_window import PLUGIN

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

DIAGNOSTICS = """
(require 'unmask-diagnostics)
(defvar told nil)
(defun unmask-document-notify (_method &rest params) (push params told))
(defun say (report &rest _)
  (funcall report (list (flymake-make-diagnostic (current-buffer) 1 2 :note "a hint")
                        (flymake-make-diagnostic (current-buffer) 3 4 :error "an error")
                        (flymake-make-diagnostic (current-buffer) 5 6 :warning "a warning"))))
(with-temp-buffer
  (insert "a\\nb\\nc\\n")
  (setq unmask-document--uri "file:///m.py"
        flymake-diagnostic-functions '(say))
  (unmask-diagnostics-tell)
  (flymake-mode 1)
  (flymake-start)
  (unmask-diagnostics-tell)
  (unmask-diagnostics-tell)
  (princ (json-serialize (vconcat told))))
"""


def test_what_other_tools_say_is_told_once_with_its_severity(emacs: Path, tmp_path: Path) -> None:
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
    assert sorted(told) == [(0, 3, "a hint"), (1, 1, "an error"), (2, 2, "a warning")]
