;;; unmask-eglot.el --- Unmask through Eglot  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; Eglot runs one server in a buffer, and knows no inline completion.

;;; Code:

(require 'eglot)
(require 'jsonrpc)
(require 'unmask)

;;;###autoload
(defun unmask-eglot-ensure ()
  "Serve this buffer by Unmask through Eglot, instead of by another server."
  (interactive)
  (setq-local eglot-server-programs
              '(((prog-mode text-mode conf-mode) . unmask-eglot--contact)))
  (eglot-ensure))

(defun unmask-eglot--contact (&rest _)
  "The command of the server, for Eglot."
  (append unmask-command (list :initializationOptions unmask-settings)))

;; Servers may offer in popups what a client does not draw.
(cl-defmethod eglot-client-capabilities :around (_server)
  "Announce inline completion, which Eglot itself has not."
  (let* ((all (cl-call-next-method))
         (document (plist-get all :textDocument)))
    (plist-put all :textDocument
               (append document '(:inlineCompletion (:dynamicRegistration :json-false))))))

(defun unmask-eglot--managed ()
  "Turn `unmask-mode' on where the server has inline completion, else off."
  (cond ((and (eglot-managed-p) (eglot-server-capable :inlineCompletionProvider))
         (setq unmask-client 'eglot)
         (unmask-mode 1))
        ((eq unmask-client 'eglot)
         (unmask-mode -1)
         (setq unmask-client nil))))

(add-hook 'eglot-managed-mode-hook #'unmask-eglot--managed)

(cl-defmethod eglot-handle-notification
  (_server (_method (eql didChangeStatus)) &key state message percent &allow-other-keys)
  "Show STATE, MESSAGE and PERCENT in mode lines."
  (unmask-status-changed state message percent))

(cl-defmethod unmask-client-request ((_client (eql eglot)) method params)
  "Request METHOD with PARAMS."
  (eglot--signal-textDocument/didChange)
  (jsonrpc-request (eglot--current-server-or-lose) (intern (concat ":" method)) params
                   :timeout 60))

(cl-defmethod unmask-client-request-async ((_client (eql eglot)) method params callback)
  "Request METHOD with PARAMS, and call CALLBACK."
  (eglot--signal-textDocument/didChange)
  (jsonrpc-async-request
   (eglot--current-server-or-lose) (intern (concat ":" method)) params
   :success-fn (unmask-client-in-buffer callback)
   :error-fn #'ignore
   :timeout-fn #'ignore
   :timeout 60))

(cl-defmethod unmask-client-notify ((_client (eql eglot)) method params)
  "Notify of METHOD with PARAMS."
  (jsonrpc-notify (eglot--current-server-or-lose) (intern (concat ":" method)) params))

(cl-defmethod unmask-client-field ((_client (eql eglot)) object field)
  "The FIELD of OBJECT."
  (plist-get object field))

(cl-defmethod unmask-client-document ((_client (eql eglot)))
  "This buffer's document."
  (eglot--TextDocumentIdentifier))

(cl-defmethod unmask-client-position ((_client (eql eglot)) point)
  "POINT as a position."
  (eglot--pos-to-lsp-position point))

(cl-defmethod unmask-client-region ((_client (eql eglot)) range)
  "The start and the end of RANGE."
  (eglot-range-region range))

(cl-defmethod unmask-client-apply ((_client (eql eglot)) edit)
  "Apply EDIT."
  (eglot--apply-workspace-edit edit 'unmask))

(provide 'unmask-eglot)
;;; unmask-eglot.el ends here
