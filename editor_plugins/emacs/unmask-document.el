;;; unmask-document.el --- What the server knows of a buffer  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; The server has the text of each buffer as it is: changes are kept until something else is sent,
;; and go before it.  Positions count characters, as Emacs does (utf-32).

;;; Code:

(require 'cl-lib)
(require 'subr-x)
(require 'unmask-server)

(defconst unmask-document-languages
  '(("js" . "javascript") ("js2" . "javascript") ("js-json" . "json") ("sh" . "shellscript")
    ("bash" . "shellscript") ("c++" . "cpp") ("tsx" . "typescriptreact") ("mhtml" . "html")
    ("conf-toml" . "toml") ("nxml" . "xml") ("emacs-lisp" . "elisp"))
  "Languages whose major mode is called otherwise.")

(defvar-local unmask-document-server nil "The server that serves this buffer.")
(defvar-local unmask-document--uri nil "The name under which the server knows this buffer.")
(defvar-local unmask-document--version 0 "How often the text was told.")
(defvar-local unmask-document--changes nil "What has changed and is not told yet; the last first.")
(defvar-local unmask-document--replaced nil "What is about to be replaced.")

(defun unmask-document-open-p ()
  "Whether the server knows this buffer."
  (and unmask-document--uri unmask-document-server
       (unmask-server-ready unmask-document-server)))

(defun unmask-document-attach ()
  "Have this buffer served, by a server that is started if need be."
  (setq unmask-document-server (unmask-server-of (unmask-server-root-here)))
  (add-hook 'before-change-functions #'unmask-document--before nil t)
  (add-hook 'after-change-functions #'unmask-document--after nil t)
  (add-hook 'after-revert-hook #'unmask-document-open nil t)
  (add-hook 'after-set-visited-file-name-hook #'unmask-document-open nil t)
  (when (unmask-server-ready unmask-document-server)
    (unmask-document-open)))

(defun unmask-document-detach ()
  "Have this buffer served no more; a server that serves no other ends."
  (remove-hook 'before-change-functions #'unmask-document--before t)
  (remove-hook 'after-change-functions #'unmask-document--after t)
  (remove-hook 'after-revert-hook #'unmask-document-open t)
  (remove-hook 'after-set-visited-file-name-hook #'unmask-document-open t)
  (when-let* ((server unmask-document-server))
    (unmask-document--close)
    (setq unmask-document-server nil)
    (unless (unmask-document-buffers server)
      (unmask-server-stop server))))

(defun unmask-document-buffers (server)
  "The buffers that SERVER serves."
  (seq-filter (lambda (buffer)
                (eq server (buffer-local-value 'unmask-document-server buffer)))
              (buffer-list)))

(defun unmask-document-open ()
  "Tell the server this buffer's text from scratch."
  (unmask-document--close)
  (setq unmask-document--uri (unmask-document--name)
        unmask-document--changes nil)
  (unmask-document--send :textDocument/didOpen
                         :textDocument (list :uri unmask-document--uri
                                             :languageId (unmask-document--language)
                                             :version (cl-incf unmask-document--version)
                                             :text (unmask-document--text)))
  (unmask-document-look))

(defun unmask-document--close ()
  "Have the server forget this buffer."
  (when (unmask-document-open-p)
    (unmask-document--send :textDocument/didClose :textDocument (unmask-document-id)))
  (setq unmask-document--uri nil))

(defun unmask-document-look ()
  "Tell the server that this buffer is looked at, if it is."
  (when (and (unmask-document-open-p) (eq (current-buffer) (window-buffer)))
    (unmask-document--send :textDocument/didFocus :textDocument (unmask-document-id))))

;;; What is sent

(defun unmask-document-id ()
  "The identifier of this buffer."
  (list :uri unmask-document--uri))

(defun unmask-document-notify (method &rest params)
  "Tell the server of METHOD, a keyword, with PARAMS, if it knows this buffer."
  (when (unmask-document-open-p)
    (unmask-document-flush)
    (apply #'unmask-document--send method params)))

(defun unmask-document-request (method params then &optional otherwise)
  "Call THEN with what the server answers to METHOD with PARAMS, in this buffer.
Call OTHERWISE, if given, with what it says where it fails."
  (unmask-document-flush)
  (jsonrpc-async-request
   unmask-document-server method params
   :success-fn (unmask-document--here then)
   :error-fn (unmask-document--here
              (lambda (fault) (when otherwise (funcall otherwise (plist-get fault :message)))))
   :timeout nil))

(defun unmask-document-execute (command arguments &optional then otherwise)
  "Have the server do COMMAND with ARGUMENTS, a list; call THEN or OTHERWISE."
  (unmask-document-request :workspace/executeCommand
                           (list :command command :arguments (vconcat arguments))
                           (or then #'ignore) otherwise))

(defun unmask-document--send (method &rest params)
  "Send METHOD with PARAMS."
  (jsonrpc-notify unmask-document-server method params))

(defun unmask-document--here (callback)
  "A function of an answer: CALLBACK, called in this buffer if it still lives."
  (let ((buffer (current-buffer)))
    (lambda (answer)
      (when (buffer-live-p buffer)
        (with-current-buffer buffer
          (funcall callback answer))))))

(defun unmask-document-accepted (thing)
  "Tell the server that THING, which it has sent, was put there."
  (when-let* ((command (plist-get thing :command)))
    (unmask-document-execute (plist-get command :command) (plist-get command :arguments))))

;;; Changes

(defun unmask-document--before (start end)
  "Remember that what is from START to END is about to be replaced."
  (setq unmask-document--replaced
        (list start end (unmask-document-position start) (unmask-document-position end))))

(defun unmask-document--after (start end length)
  "Keep that LENGTH characters were replaced by what is from START to END."
  (pcase-let ((`(,from ,to ,first ,last) unmask-document--replaced))
    (setq unmask-document--replaced nil)
    (if (and from (= from start) (= (- to from) length))
        (push (list :range (list :start first :end last)
                    :text (save-restriction
                            (widen)
                            (buffer-substring-no-properties start end)))
              unmask-document--changes)
      ;; Some commands announce more than they change: then the whole text is told.
      (setq unmask-document--changes (list (list :text (unmask-document--text)))))))

(defun unmask-document-flush ()
  "Tell the server what has changed."
  (when (and unmask-document--changes (unmask-document-open-p))
    (let ((changes (vconcat (nreverse unmask-document--changes))))
      (setq unmask-document--changes nil)
      (unmask-document--send :textDocument/didChange
                             :textDocument (list :uri unmask-document--uri
                                                 :version (cl-incf unmask-document--version))
                             :contentChanges changes))))

;;; Places

(defun unmask-document-position (point)
  "POINT as the server has it."
  (save-excursion
    (save-restriction
      (widen)
      (goto-char point)
      (list :line (1- (line-number-at-pos)) :character (- (point) (pos-bol))))))

(defun unmask-document-point (position)
  "POSITION of the server's as Emacs has it."
  (save-excursion
    (save-restriction
      (widen)
      (goto-char (point-min))
      (forward-line (plist-get position :line))
      (min (pos-eol) (+ (point) (plist-get position :character))))))

(defun unmask-document-region (range)
  "The start and the end of RANGE, in a cons."
  (cons (unmask-document-point (plist-get range :start))
        (unmask-document-point (plist-get range :end))))

(defun unmask-document-apply (edit)
  "Apply EDIT, a WorkspaceEdit of this buffer, to be undone at once."
  (let* ((changes (or (plist-get (seq-first (plist-get edit :documentChanges)) :edits)
                      (cadr (plist-get edit :changes))))
         (places (mapcar (lambda (change)
                           (cons (unmask-document-region (plist-get change :range))
                                 (plist-get change :newText)))
                         changes))
         (group (prepare-change-group)))
    (pcase-dolist (`((,start . ,end) . ,text) (sort places :key #'caar :reverse t))
      (delete-region start end)
      (save-excursion
        (goto-char start)
        (insert text)))
    (undo-amalgamate-change-group group)))

;;; What a buffer is

(defun unmask-document--name ()
  "The URI of this buffer."
  (if buffer-file-name
      (unmask-server-uri buffer-file-name)
    (concat "untitled:" (url-hexify-string (buffer-name)))))

(defun unmask-document--language ()
  "The id of this buffer's language."
  (let ((name (string-remove-suffix
               "-ts" (string-remove-suffix "-mode" (symbol-name major-mode)))))
    (alist-get name unmask-document-languages name nil #'equal)))

(defun unmask-document--text ()
  "The whole text."
  (save-restriction
    (widen)
    (buffer-substring-no-properties (point-min) (point-max))))

(provide 'unmask-document)
;;; unmask-document.el ends here
