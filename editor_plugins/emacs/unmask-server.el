;;; unmask-server.el --- A connection to Unmask's own server  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; One process of `unmask lsp' for each project, on a connection of its own: Eglot and lsp-mode go
;; on serving the same buffers, and know nothing of it.  Nothing here waits for an answer.

;;; Code:

(require 'cl-lib)
(require 'jsonrpc)
(require 'project)
(require 'url-parse)
(require 'url-util)

(defcustom unmask-command '("unmask" "lsp")
  "Program and arguments that start the language server."
  :type '(repeat string)
  :group 'unmask)

(defcustom unmask-settings nil
  "Settings of the server: (:budget-ms 200 :max-lines 5).
The page docs/settings.md of Unmask lists them all.  What is false is
`:json-false'.  A buffer may have its own, by a hook of its mode or by a
file `.dir-locals.el'."
  :type 'plist
  :group 'unmask)

(defclass unmask-server (jsonrpc-process-connection)
  ((root :initarg :root :reader unmask-server-root :documentation "The project's folder.")
   (status :initform nil :accessor unmask-server-status :documentation "What it last said.")
   (ready :initform nil :accessor unmask-server-ready :documentation "Whether it may be asked."))
  :documentation "A process of `unmask lsp'.")

(defvar unmask-servers nil "The servers that run.")

(defvar unmask-server-changed-functions nil
  "Called with a server that is ready now, has ended, or has said how it is.")

(defun unmask-server-of (root)
  "The server of the project in ROOT, started if need be."
  (or (seq-find (lambda (server)
                  (and (equal root (unmask-server-root server)) (jsonrpc-running-p server)))
                unmask-servers)
      (unmask-server--start root)))

(defun unmask-server-root-here ()
  "The folder of this buffer's project, or of its file."
  (let ((project (project-current)))
    (expand-file-name (if project (project-root project) default-directory))))

(defun unmask-server--start (root)
  "Start a server for the project in ROOT, and do not wait for it."
  (let* ((name (format "unmask %s" (file-name-nondirectory (directory-file-name root))))
         (server (make-instance
                  'unmask-server
                  :name name
                  :root root
                  :events-buffer-config '(:size 0)
                  :notification-dispatcher #'unmask-server--told
                  :request-dispatcher #'unmask-server--asked
                  :on-shutdown #'unmask-server--ended
                  :process (lambda () (unmask-server--process name root)))))
    (push server unmask-servers)
    (jsonrpc-async-request
     server :initialize (unmask-server--capabilities root)
     :success-fn (lambda (_) (unmask-server--began server))
     :error-fn (lambda (fault) (message "Unmask: %s" (plist-get fault :message)))
     :timeout nil)
    server))

(defun unmask-server--process (name root)
  "Start the program, called NAME, in ROOT."
  (let ((default-directory root))
    (make-process :name name
                  :command unmask-command
                  :connection-type 'pipe
                  :coding 'utf-8-emacs-unix
                  :noquery t
                  :stderr (get-buffer-create (format "*%s stderr*" name)))))

(defun unmask-server--capabilities (root)
  "What a server is told at first: who asks, in which ROOT, what it can do."
  (let ((nothing (make-hash-table)))
    (list :processId (emacs-pid)
          :clientInfo (list :name "emacs" :version emacs-version)
          :rootUri (unmask-server-uri root)
          :initializationOptions (or unmask-settings nothing)
          :capabilities
          (list :general '(:positionEncodings ["utf-32"])
                :workspace '(:configuration t :workspaceEdit (:documentChanges t))
                :textDocument (list :inlineCompletion nothing)))))

(defun unmask-server--began (server)
  "Tell SERVER that it may go on, and everybody that it may be asked."
  (jsonrpc-notify server :initialized (make-hash-table))
  (setf (unmask-server-ready server) t)
  (run-hook-with-args 'unmask-server-changed-functions server))

(defun unmask-server--ended (server)
  "Forget SERVER, which has ended."
  (setq unmask-servers (delq server unmask-servers))
  (setf (unmask-server-ready server) nil
        (unmask-server-status server) nil)
  (run-hook-with-args 'unmask-server-changed-functions server))

(defun unmask-server-stop (server)
  "End SERVER, and do not wait for it."
  ;; Who comes next starts another.
  (setq unmask-servers (delq server unmask-servers))
  (when (jsonrpc-running-p server)
    (jsonrpc-async-request server :shutdown nil
                           :success-fn (lambda (_) (jsonrpc-notify server :exit nil))
                           :error-fn #'ignore
                           :timeout-fn #'ignore)))

;;; What the server says and asks

(defun unmask-server--told (server method params)
  "Take a notification of SERVER: METHOD with PARAMS."
  (pcase method
    ('didChangeStatus
     (setf (unmask-server-status server) params)
     (run-hook-with-args 'unmask-server-changed-functions server))
    ('window/showMessage (message "Unmask: %s" (plist-get params :message)))))

(defun unmask-server--asked (_server method params)
  "The answer to a request of a server: METHOD with PARAMS.
Questions to a person are left open: the mode line says what to do, and
nobody is stopped in the middle of a word."
  (when (eq method 'workspace/configuration)
    (vconcat (mapcar (lambda (item) (unmask-server--settings (plist-get item :scopeUri)))
                     (plist-get params :items)))))

(defun unmask-server--settings (uri)
  "The settings of the document called URI, else those of all buffers."
  (if-let* ((file (and uri (string-prefix-p "file:" uri) (unmask-server--file uri)))
            (buffer (find-buffer-visiting file)))
      (buffer-local-value 'unmask-settings buffer)
    (default-value 'unmask-settings)))

(defun unmask-server-configure (name value)
  "Give the setting NAME, as the server spells it, a VALUE, and tell all servers."
  (setq-default unmask-settings
                (plist-put (copy-sequence (default-value 'unmask-settings))
                           (intern (concat ":" name)) value))
  (unmask-server-tell-settings))

(defun unmask-server-tell-settings ()
  "Have all servers read the settings again."
  (dolist (server (seq-filter #'unmask-server-ready unmask-servers))
    (jsonrpc-notify server :workspace/didChangeConfiguration '(:settings nil))))

;;; Names of files

(defun unmask-server-uri (file)
  "The URI of FILE."
  (concat "file://" (and (eq system-type 'windows-nt) "/")
          (url-hexify-string (expand-file-name file) url-path-allowed-chars)))

(defun unmask-server--file (uri)
  "The file of URI."
  (let ((path (url-unhex-string (url-filename (url-generic-parse-url uri)) t)))
    (decode-coding-string (if (eq system-type 'windows-nt) (substring path 1) path) 'utf-8)))

(provide 'unmask-server)
;;; unmask-server.el ends here
