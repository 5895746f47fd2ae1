;;; unmask-diagnostics.el --- Tell the server what other tools say  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; Servers do not hear of each other.  This one is told of errors and warnings near point before it
;; is asked, and only if they are others than before.

;;; Code:

(require 'flymake)
(require 'unmask-client)

(defconst unmask-diagnostics-reach 25
  "Lines above and below point of whose problems the server is told.")

(defvar-local unmask-diagnostics--told nil "What the server was told last.")

(defun unmask-diagnostics-tell ()
  "Tell the server what other tools say near point, if that is news."
  (let ((found (unmask-client-diagnostics unmask-client)))
    (unless (equal found unmask-diagnostics--told)
      (setq unmask-diagnostics--told found)
      (unmask-client-notify unmask-client "unmask/didChangeDiagnostics"
                            (list :textDocument (unmask-client-document unmask-client)
                                  :diagnostics (vconcat found))))))

(cl-defmethod unmask-client-diagnostics (client)
  "The problems near point that Flymake knows of, for CLIENT."
  (when flymake-mode
    (mapcar (lambda (diagnostic) (unmask-diagnostics--of client diagnostic))
            (seq-filter #'unmask-diagnostics--is-problem
                        (flymake-diagnostics (pos-bol (- 1 unmask-diagnostics-reach))
                                             (pos-eol (1+ unmask-diagnostics-reach)))))))

(defun unmask-diagnostics--is-problem (diagnostic)
  "Whether DIAGNOSTIC is an error or a warning."
  (>= (unmask-diagnostics--severity diagnostic) (warning-numeric-level :warning)))

(defun unmask-diagnostics--severity (diagnostic)
  "How bad DIAGNOSTIC is, as a level of `warning-levels'."
  (flymake--lookup-type-property (flymake-diagnostic-type diagnostic) 'severity
                                 (warning-numeric-level :error)))

(defun unmask-diagnostics--of (client diagnostic)
  "DIAGNOSTIC as LSP has it, for CLIENT."
  (let ((place (unmask-client-position client (flymake-diagnostic-beg diagnostic)))
        (is-error (>= (unmask-diagnostics--severity diagnostic) (warning-numeric-level :error))))
    (list :range (list :start place :end place)
          :severity (if is-error 1 2)
          :message (flymake-diagnostic-text diagnostic))))

(provide 'unmask-diagnostics)
;;; unmask-diagnostics.el ends here
