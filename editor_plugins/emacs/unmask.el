;;; unmask.el --- Code completion by a diffusion model  -*- lexical-binding: t; -*-

;; Author: The Unmask authors
;; Version: 0.1.0
;; Package-Requires: ((emacs "30.1"))
;; Keywords: convenience, languages
;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; Connects Emacs to the language server `unmask lsp' through Eglot or lsp-mode, and draws what it
;; suggests.  README.md beside this file has the set-ups.  Whether to suggest anything, and what, is
;; the server's business.

;;; Code:

(require 'unmask-client)
(require 'unmask-ghost)

(defgroup unmask nil
  "Code completion by a diffusion model, on your own machine."
  :group 'tools
  :prefix "unmask-")

(defcustom unmask-command '("unmask" "lsp")
  "Program and arguments that start the language server."
  :type '(repeat string))

(defcustom unmask-settings nil
  "Settings of the server, read when it starts: (:budget_ms 200 :max_lines 5).
The page docs/settings.md of Unmask lists them all."
  :type 'plist)

;;; The state of the server, in the mode line

(defvar unmask--status nil
  "What a server last said of itself: :state, :message and :percent.")

(defun unmask-status-changed (state message percent)
  "Show in mode lines that the server is in STATE, with MESSAGE and PERCENT."
  (setq unmask--status (list :state state :message message :percent percent))
  (force-mode-line-update t))

(defun unmask--lighter ()
  "The state of the server, for the mode line."
  (pcase-let* ((`(:state ,state :message ,message :percent ,percent) unmask--status)
               (words (pcase state
                        ("loading" (if percent (format ":%d%%%%" percent) ":loading"))
                        ("needsDownload" ":no-model")
                        ((or "busy" "off" "problem") (concat ":" state)))))
    (propertize (concat " Unmask" words)
                'face (and (member state '("problem" "needsDownload")) 'warning)
                'help-echo message)))

;;;###autoload
(define-minor-mode unmask-mode
  "Suggest code in this buffer.
A client of LSP turns this on where it has started Unmask.  Turn it off
to be left alone."
  :lighter (:eval (unmask--lighter))
  (unless unmask-client
    (setq unmask-mode nil))
  (unmask-client-here)
  (unmask-ghost-mode (if unmask-mode 1 -1))
  (dolist (hook '(window-buffer-change-functions window-selection-change-functions))
    (if unmask-mode
        (add-hook hook #'unmask--looked-at nil t)
      (remove-hook hook #'unmask--looked-at t))))

(defun unmask--looked-at (window)
  "Tell the server if WINDOW has become the one that is looked at."
  (when (eq window (selected-window))
    (unmask-client-notify unmask-client "textDocument/didFocus"
                          (list :textDocument (unmask-client-document unmask-client)))))

;;; Commands

(defun unmask-suggest ()
  "Suggest what belongs at point, several of it."
  (interactive)
  (unmask-client-here)
  (unless unmask-mode
    (user-error "Unmask is off in this buffer: M-x unmask-mode turns it on"))
  (unmask-next 0))

(defun unmask--execute (command &rest arguments)
  "The answer of this buffer's server to COMMAND with ARGUMENTS."
  (unmask-client-request (unmask-client-here) "workspace/executeCommand"
                         (list :command command :arguments (vconcat arguments))))

(defun unmask--show (text)
  "Show TEXT, which is Markdown, in a window of its own."
  (with-current-buffer (get-buffer-create "*Unmask*")
    (if (fboundp 'markdown-view-mode) (markdown-view-mode) (special-mode))
    (let ((inhibit-read-only t))
      (erase-buffer)
      (insert text)
      (goto-char (point-min)))
    (display-buffer (current-buffer))))

(defun unmask-explain ()
  "Say how the last suggestion came about, or why there was none."
  (interactive)
  (unmask--show (unmask-field (unmask--execute "unmask.explainLast") :markdown)))

(defun unmask-stats ()
  "Say what became of the suggestions so far."
  (interactive)
  (unmask--show (unmask-field (unmask--execute "unmask.stats") :markdown)))

(defun unmask-erase-stats ()
  "Forget what became of the suggestions so far."
  (interactive)
  (unmask--execute "unmask.eraseStats")
  (message "Unmask has forgotten what became of its suggestions"))

(defun unmask-restart-engine ()
  "End the process of the model; a new one is made for the next request."
  (interactive)
  (unmask--execute "unmask.restartEngine")
  (message "Unmask's engine starts anew"))

(defun unmask-download ()
  "Fetch the model's weights."
  (interactive)
  (unmask-begin "unmask.download" []))

;;; Filling what is there

(defun unmask-fill-selection (start end)
  "Write anew what is between START and END."
  (interactive "r")
  (unmask--fill "selection" :range (list :start (unmask-client-position (unmask-client-here) start)
                                         :end (unmask-client-position unmask-client end))))

(defun unmask-fill-body ()
  "Write the body of the function that point is in."
  (interactive)
  (unmask--fill "body" :position (unmask-client-position (unmask-client-here) (point))))

(defun unmask-fill-file ()
  "Fill every hole of this file."
  (interactive)
  (unmask--fill "file"))

(defun unmask--fill (scope &rest place)
  "Ask what belongs to PLACE, of the kind SCOPE; show it, and apply what is chosen."
  (let* ((document (unmask-client-document (unmask-client-here)))
         (question (append (list :textDocument document :scope scope) place))
         (answer (unmask--execute "unmask.fill" question))
         (candidates (append (unmask-field answer :candidates) nil)))
    (unless candidates
      (user-error "Nothing to put there: %s" (unmask-field answer :message)))
    (when-let* ((chosen (unmask--choose candidates)))
      (unmask-client-apply unmask-client (unmask-field chosen :edit))
      (unmask-tell-accepted chosen))))

(defun unmask--choose (candidates)
  "Show one of CANDIDATES after the other, until one is chosen; nil if none is."
  (let ((index 0) chosen)
    (save-window-excursion
      (while (and index (not chosen))
        (let ((candidate (nth index candidates)))
          (unmask--preview (unmask-field candidate :text))
          (pcase (car (read-multiple-choice
                       (format "%s (%d of %d)" (unmask-field candidate :label) (1+ index)
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

(provide 'unmask)

(autoload 'unmask-eglot-ensure "unmask-eglot" nil t)
(with-eval-after-load 'eglot (require 'unmask-eglot))
(with-eval-after-load 'lsp-mode (require 'unmask-lsp))
;;; unmask.el ends here
