;;; unmask-lsp.el --- Unmask through lsp-mode  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; Other servers may run in the same buffer.  lsp-mode 10 can draw inline completions too, but not
;; where an editor has just closed a bracket by itself, so that unmask-ghost.el draws them here.

;;; Code:

(require 'lsp-mode)
(require 'unmask)

(defvar lsp-inline-completion-enable)

(lsp-register-client
 (make-lsp-client
  :server-id 'unmask
  :new-connection (lsp-stdio-connection (lambda () unmask-command))
  :activation-fn #'always ; the server knows which files to leave alone
  :add-on? t
  :multi-root t
  :initialization-options (lambda () unmask-settings)
  :notification-handlers (ht ("didChangeStatus" #'unmask-lsp--status-changed))))

(defun unmask-lsp--status-changed (_workspace status)
  "Show STATUS in mode lines."
  (unmask-status-changed (lsp-get status :state) (lsp-get status :message)
                         (lsp-get status :percent)))

(defun unmask-lsp--opened ()
  "Turn `unmask-mode' on in a buffer that the server has just opened."
  (setq-local unmask-client 'lsp-mode
              lsp-inline-completion-enable nil)
  (when (fboundp 'lsp-inline-completion-mode)
    (lsp-inline-completion-mode -1))
  (unmask-mode 1))

(add-hook 'lsp-unmask-after-open-hook #'unmask-lsp--opened)

(defun unmask-lsp--managed ()
  "Turn `unmask-mode' off in a buffer that lsp-mode has left."
  (when (and (not lsp-managed-mode) (eq unmask-client 'lsp-mode))
    (unmask-mode -1)
    (setq unmask-client nil)))

(add-hook 'lsp-managed-mode-hook #'unmask-lsp--managed)

(defun unmask-lsp--workspace ()
  "The server of this buffer."
  (or (seq-find (lambda (workspace)
                  (eq 'unmask (lsp--client-server-id (lsp--workspace-client workspace))))
                (lsp-workspaces))
      (user-error "Unmask does not run any more: M-x lsp starts it")))

(cl-defmethod unmask-client-request ((_client (eql lsp-mode)) method params)
  "Request METHOD with PARAMS."
  (with-lsp-workspace (unmask-lsp--workspace)
    (let ((lsp-response-timeout 60)) ; a model takes its time
      (lsp-request method params))))

(cl-defmethod unmask-client-request-async ((_client (eql lsp-mode)) method params callback)
  "Request METHOD with PARAMS, and call CALLBACK."
  (with-lsp-workspace (unmask-lsp--workspace)
    (lsp-request-async method params (unmask-client-in-buffer callback)
                       :error-handler #'ignore
                       ;; lsp-mode takes back what is of a text that has changed; a command is not.
                       :mode (if (equal method "workspace/executeCommand") 'detached 'tick))))

(cl-defmethod unmask-client-notify ((_client (eql lsp-mode)) method params)
  "Notify of METHOD with PARAMS."
  (with-lsp-workspace (unmask-lsp--workspace)
    (lsp-notify method params)))

(cl-defmethod unmask-client-field ((_client (eql lsp-mode)) object field)
  "The FIELD of OBJECT."
  (lsp-get object field))

(cl-defmethod unmask-client-document ((_client (eql lsp-mode)))
  "This buffer's document."
  (lsp--text-document-identifier))

(cl-defmethod unmask-client-position ((_client (eql lsp-mode)) point)
  "POINT as a position."
  (lsp--point-to-position point))

(cl-defmethod unmask-client-region ((_client (eql lsp-mode)) range)
  "The start and the end of RANGE."
  (lsp--range-to-region range))

(cl-defmethod unmask-client-diagnostics ((_client (eql lsp-mode)))
  "What the other servers of this buffer say; the server takes what it can use."
  (append (lsp--get-buffer-diagnostics) nil))

(cl-defmethod unmask-client-apply ((_client (eql lsp-mode)) edit)
  "Apply EDIT."
  (lsp--apply-workspace-edit edit 'unmask))

(provide 'unmask-lsp)
;;; unmask-lsp.el ends here
