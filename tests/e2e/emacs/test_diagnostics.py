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
