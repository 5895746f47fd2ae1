;;; unmask.el --- Code completion by a diffusion model  -*- lexical-binding: t; -*-

;; Author: The Unmask authors
;; Version: 0.1.0
;; Package-Requires: ((emacs "30.1"))
;; Keywords: convenience, languages
;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; Suggests code at point, from the language server `unmask lsp', which runs beside whatever else
;; serves a buffer.  README.md beside this file has the set-up.  Whether to suggest anything, and
;; what, is the server's business.

;;; Code:

(require 'map)
(require 'unmask-server)
(require 'unmask-document)
(require 'unmask-ghost)

(defgroup unmask nil
  "Code completion by a diffusion model, on your own machine."
  :group 'tools
  :prefix "unmask-")

;;; The mode

;;;###autoload
(define-minor-mode unmask-mode
  "Suggest code in this buffer, beside all other servers it may have."
  :lighter (:eval (unmask--lighter))
  (when (and unmask-mode (file-remote-p default-directory))
    (setq unmask-mode nil)
    (message "Unmask serves files of this machine only"))
  (if unmask-mode (unmask-document-attach) (unmask-document-detach))
  (unmask-ghost-mode (if unmask-mode 1 -1))
  (dolist (hook '(window-buffer-change-functions window-selection-change-functions))
    (if unmask-mode
        (add-hook hook #'unmask--looked-at nil t)
      (remove-hook hook #'unmask--looked-at t)))
  (dolist (hook '(kill-buffer-hook change-major-mode-hook))
    (if unmask-mode
        (add-hook hook #'unmask--left nil t)
      (remove-hook hook #'unmask--left t))))

;;;###autoload
(define-globalized-minor-mode global-unmask-mode unmask-mode unmask--turn-on
  :group 'unmask
  :predicate '(prog-mode text-mode conf-mode))

(defun unmask--turn-on ()
  "Suggest code in this buffer if it is one of this machine's files."
  (when (and buffer-file-name (not (file-remote-p buffer-file-name)))
    (unmask-mode)))

(defun unmask--left ()
  "Turn the mode off in a buffer that is to be something else, or nothing."
  (unmask-mode -1))

(defun unmask--looked-at (window)
  "Tell the server if WINDOW has become the one that is looked at."
  (when (eq window (selected-window))
    (unmask-document-look)))

(defun unmask--server-changed (server)
  "Open the buffers of SERVER if it has just become ready, and show how it is."
  (dolist (buffer (unmask-document-buffers server))
    (with-current-buffer buffer
      (when (and (unmask-server-ready server) (not unmask-document--uri))
        (unmask-document-open)
        (unmask-ghost-resume))
      (unless (jsonrpc-running-p server)
        (unmask-dismiss))))
  (force-mode-line-update t))

(add-hook 'unmask-server-changed-functions #'unmask--server-changed)

;;; The mode line

(defun unmask--status ()
  "What this buffer's server last said of itself."
  (and unmask-document-server (unmask-server-status unmask-document-server)))

(defun unmask--lighter ()
  "The state of this buffer's server, for the mode line."
  (pcase-let* (((map :state :message :percent) (unmask--status))
               (words (pcase state
                        ('nil (if (and unmask-document-server
                                       (jsonrpc-running-p unmask-document-server))
                                  ":starting"
                                ":ended"))
                        ("loading" (if percent (format ":%d%%%%" percent) ":loading"))
                        ("needsDownload" ":no-model")
                        ("timedOut" ":late")
                        ("ready" nil)
                        (_ (concat ":" state)))))
    (propertize (concat " Unmask" words)
                'face (and (member state '("problem" "needsDownload" "slow")) 'warning)
                'mouse-face 'mode-line-highlight
                'local-map (make-mode-line-mouse-map 'mouse-1 #'unmask-act)
                'help-echo (if message (format "%s\nM-x unmask-act or a click: %s" message
                                               (unmask--action-title))))))

(defun unmask--action-title ()
  "What can be done about the state of this buffer's server, in words."
  (or (plist-get (plist-get (unmask--status) :action) :title) "nothing need be done"))

(defun unmask-status ()
  "Say how this buffer's server is."
  (interactive)
  (pcase-let (((map :state :message :model) (unmask--status)))
    (message "Unmask: %s%s%s; %s" (or state "no server runs here") (if model (format ", model %s" model) "")
             (if (member message '(nil "")) "" (format ": %s" message)) (unmask--action-title))))

(defun unmask-act ()
  "Do what helps in the state that this buffer's server is in."
  (interactive)
  (unmask--here)
  (pcase-let (((map :command :arguments) (plist-get (unmask--status) :action)))
    (pcase command
      ('nil (unmask-status))
      ("unmask.explainLast" (unmask-explain))
      ("unmask.openSettings" (customize-variable 'unmask-settings))
      ("unmask.changeSetting" (unmask-server-configure (seq-elt arguments 0)
                                                       (seq-elt arguments 1)))
      (_ (unmask-document-execute command arguments)))))

;;; Commands

(defun unmask--here ()
  "Nothing if a server serves this buffer, else an error with a remedy."
  (unless (unmask-document-open-p)
    (user-error (if unmask-mode
                    "Unmask does not run yet, or has ended: see the mode line and its stderr buffer"
                  "Unmask is off in this buffer: M-x unmask-mode turns it on"))))

(defun unmask-suggest ()
  "Suggest what belongs at point, several of it."
  (interactive)
  (unmask--here)
  (unmask-next 0))

(defun unmask-toggle ()
  "Switch suggestions of all buffers off, or on again."
  (interactive)
  (let ((is-off (eq :json-false (plist-get (default-value 'unmask-settings) :enabled))))
    (unmask-server-configure "enabled" (if is-off t :json-false))
    (message "Unmask is %s" (if is-off "on" "off"))))

(defun unmask-snooze (minutes)
  "Suggest nothing for MINUTES, 5 by default.
With \\[universal-argument], suggest nothing until Emacs is started again."
  (interactive (list (if (consp current-prefix-arg) nil (or current-prefix-arg 5))))
  (unmask--here)
  (unmask-document-execute "unmask.snooze" (list minutes)))

(defun unmask-resume ()
  "Suggest again after `unmask-snooze'."
  (interactive)
  (unmask--here)
  (unmask-document-execute "unmask.resume" nil))

(defun unmask--show (answer)
  "Show ANSWER, a page of the server's, in a window of its own."
  (with-current-buffer (get-buffer-create "*Unmask*")
    (special-mode)
    (let ((inhibit-read-only t))
      (erase-buffer)
      (insert (plist-get answer :text))
      (goto-char (point-min)))
    (display-buffer (current-buffer))))

(defun unmask-explain ()
  "Say how the last suggestion came about, or why there was none."
  (interactive)
  (unmask--here)
  (unmask-document-execute "unmask.explainLast" nil #'unmask--show))

(defun unmask-stats ()
  "Say what became of the suggestions so far."
  (interactive)
  (unmask--here)
  (unmask-document-execute "unmask.stats" nil #'unmask--show))

(defun unmask-erase-stats ()
  "Forget what became of the suggestions so far."
  (interactive)
  (unmask--here)
  (unmask-document-execute "unmask.eraseStats" nil
                           (lambda (_) (message "Unmask has forgotten its figures"))))

(defun unmask-restart-engine ()
  "End the process of the model; a new one is made for the next request."
  (interactive)
  (unmask--here)
  (unmask-document-execute "unmask.restartEngine" nil
                           (lambda (_) (message "Unmask's engine starts anew"))))

(defun unmask-download ()
  "Fetch the weights of the model, and show in the mode line how far that is."
  (interactive)
  (unmask--here)
  (unmask-document-execute "unmask.download" nil))

;;; Filling what is there

(defun unmask-fill-selection (start end)
  "Write anew what is between START and END."
  (interactive "r")
  (unmask--fill "selection" start end))

(defun unmask-redo (start end)
  "Write anew what is between START and END of a suggestion that was accepted."
  (interactive "r")
  (unmask--fill "redo" start end))

(defun unmask-fill-body ()
  "Write the body of the function that point is in."
  (interactive)
  (unmask--fill "body" (point) (point)))

(defun unmask-fill-file ()
  "Fill every hole of this file."
  (interactive)
  (unmask--fill "file" (point) (point)))

(defun unmask--fill (scope start end)
  "Ask what belongs from START to END, of the kind SCOPE, and apply what is chosen."
  (unmask--here)
  (message "Unmask is writing what could stand there; go on typing to give it up")
  (let ((tick (buffer-chars-modified-tick))
        (range (list :start (unmask-document-position start)
                     :end (unmask-document-position end))))
    (unmask-document-execute
     "unmask.fill"
     (list (list :textDocument (unmask-document-id) :scope scope :range range))
     (lambda (answer) (run-with-timer 0 nil #'unmask--choose (current-buffer) tick answer))
     (lambda (_) (message "Unmask: the text has changed meanwhile; nothing was done")))))

(defun unmask--choose (buffer tick answer)
  "Let a person choose from ANSWER, if BUFFER is as it was at TICK, and apply it."
  (with-current-buffer buffer
    (let ((candidates (append (plist-get answer :candidates) nil)))
      (cond ((/= tick (buffer-chars-modified-tick))
             (message "Unmask: the text has changed meanwhile; nothing was done"))
            ((null candidates)
             (message "Unmask puts nothing there: %s" (plist-get answer :message)))
            (t (when-let* ((chosen (unmask--chosen candidates)))
                 (unmask-document-apply (plist-get chosen :edit))
                 (unmask-document-accepted chosen)))))))

(defun unmask--chosen (candidates)
  "Show one of CANDIDATES after the other, until one is chosen; nil if none is."
  (let ((index 0) chosen)
    (save-window-excursion
      (while (and index (not chosen))
        (let ((candidate (nth index candidates)))
          (unmask--preview (plist-get candidate :text))
          (pcase (car (read-multiple-choice
                       (format "%s (%d of %d)" (plist-get candidate :label) (1+ index)
                               (length candidates))
                       '((?y "apply") (?n "next") (?q "quit"))))
            (?y (setq chosen candidate))
            (?n (setq index (mod (1+ index) (length candidates))))
            (?q (setq index nil))))))
    chosen))

(defun unmask--preview (text)
  "Show TEXT as code of this buffer's mode."
  (let ((mode major-mode))
    (with-current-buffer (get-buffer-create "*Unmask preview*")
      (let ((inhibit-read-only t))
        (erase-buffer)
        (insert text))
      (delay-mode-hooks (funcall mode))
      (font-lock-ensure)
      (setq buffer-read-only t)
      (display-buffer (current-buffer)))))

(defvar-keymap unmask-command-map
  :doc "Keys for commands, under a prefix that you choose."
  "s" #'unmask-suggest
  "t" #'unmask-toggle
  "z" #'unmask-snooze
  "Z" #'unmask-resume
  "f" #'unmask-fill-selection
  "b" #'unmask-fill-body
  "r" #'unmask-redo
  "e" #'unmask-explain
  "a" #'unmask-act
  "?" #'unmask-status)

(provide 'unmask)
;;; unmask.el ends here
