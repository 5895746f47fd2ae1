;;; unmask-client.el --- What Unmask needs of a client of LSP  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; unmask-eglot.el and unmask-lsp.el have the methods.  Objects are passed on as the client decodes
;; JSON, and only looked into by `unmask-client-field'.

;;; Code:

(require 'cl-lib)

(defvar-local unmask-client nil
  "The client that serves this buffer by Unmask: `eglot' or `lsp-mode'.")

(cl-defgeneric unmask-client-request (client method params)
  "What the server of CLIENT answers to METHOD, a string, with PARAMS.")

(cl-defgeneric unmask-client-request-async (client method params callback)
  "Call CALLBACK with what the server of CLIENT answers to METHOD with PARAMS.
It is called in this buffer, and not if the server fails.")

(cl-defgeneric unmask-client-notify (client method params)
  "Tell the server of CLIENT of METHOD with PARAMS.")

(cl-defgeneric unmask-client-field (client object field)
  "The FIELD, a keyword, of OBJECT as CLIENT decodes it.")

(cl-defgeneric unmask-client-document (client)
  "The identifier of this buffer's document, for CLIENT.")

(cl-defgeneric unmask-client-position (client point)
  "POINT as a position, for CLIENT.")

(cl-defgeneric unmask-client-region (client range)
  "The start and the end of RANGE as CLIENT decodes it, in a cons.")

(cl-defgeneric unmask-client-diagnostics (client)
  "What other tools say near point, as LSP has it, for CLIENT.")

(cl-defgeneric unmask-client-apply (client edit)
  "Apply EDIT, a WorkspaceEdit as CLIENT decodes it.")

(defun unmask-client-here ()
  "The client that serves this buffer, or an error with a remedy."
  (or unmask-client
      (user-error "No Unmask in this buffer: M-x unmask-eglot-ensure or M-x lsp starts it")))

(defun unmask-field (object field)
  "The FIELD, a keyword, of OBJECT, something this buffer's server sent."
  (unmask-client-field unmask-client object field))

(defun unmask-client-in-buffer (callback)
  "A function of an answer: CALLBACK, called in this buffer if it still lives."
  (let ((buffer (current-buffer)))
    (lambda (answer)
      (when (buffer-live-p buffer)
        (with-current-buffer buffer
          (funcall callback answer))))))

(defun unmask-begin (command arguments)
  "Have this buffer's server do COMMAND with ARGUMENTS, and do not wait for it."
  (unmask-client-request-async
   (unmask-client-here) "workspace/executeCommand"
   (list :command command :arguments arguments) #'ignore))

(defun unmask-tell-accepted (thing)
  "Tell this buffer's server that THING, which it has sent, was put there."
  (when-let* ((command (unmask-field thing :command)))
    (unmask-begin (unmask-field command :command) (unmask-field command :arguments))))

(provide 'unmask-client)
;;; unmask-client.el ends here
