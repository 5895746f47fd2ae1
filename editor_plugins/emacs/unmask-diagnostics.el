;;; unmask-diagnostics.el --- Tell the server what other tools say  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; Servers do not hear of each other.  This one is told what Flymake or lsp-mode know of a buffer
;; before it is asked, and only if that is news.  What of it is of use is the server's business.

;;; Code:

(require 'flymake)
(require 'unmask-document)

(declare-function lsp--get-buffer-diagnostics "lsp-mode")
(declare-function lsp-get "lsp-protocol")
(defvar lsp-managed-mode)

(defvar-local unmask-diagnostics--told nil "What the server was told last.")

(defun unmask-diagnostics-tell ()
  "Tell the server what other tools say of this buffer, if that is news."
  (let ((found (unmask-diagnostics--found)))
    (unless (equal found unmask-diagnostics--told)
      (setq unmask-diagnostics--told found)
      (unmask-document-notify :unmask/didChangeDiagnostics
                              :textDocument (unmask-document-id)
                              :diagnostics (vconcat found)))))

(defun unmask-diagnostics--found ()
  "What other tools say of this buffer, as LSP has it."
  (cond (flymake-mode
         (mapcar #'unmask-diagnostics--of-flymake (flymake-diagnostics)))
        ((bound-and-true-p lsp-managed-mode)
         (mapcar #'unmask-diagnostics--of-lsp (lsp--get-buffer-diagnostics)))))

(defun unmask-diagnostics--of-flymake (diagnostic)
  "DIAGNOSTIC of Flymake's."
  (let* ((place (unmask-document-position (flymake-diagnostic-beg diagnostic)))
         (type (flymake-diagnostic-type diagnostic))
         (level (flymake--lookup-type-property type 'severity (warning-numeric-level :error))))
    (list :range (list :start place :end place)
          :severity (cond ((>= level (warning-numeric-level :error)) 1)
                          ((>= level (warning-numeric-level :warning)) 2)
                          (t 3))
          :message (flymake-diagnostic-text diagnostic))))

(defun unmask-diagnostics--of-lsp (diagnostic)
  "DIAGNOSTIC of lsp-mode's."
  (let ((place (list :line (lsp-get (lsp-get (lsp-get diagnostic :range) :start) :line)
                     :character 0)))
    (list :range (list :start place :end place)
          :severity (lsp-get diagnostic :severity)
          :message (lsp-get diagnostic :message))))

(provide 'unmask-diagnostics)
;;; unmask-diagnostics.el ends here
