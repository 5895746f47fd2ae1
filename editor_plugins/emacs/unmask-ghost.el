;;; unmask-ghost.el --- Draw suggestions at point  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; A suggestion is an overlay behind point.  It stays while it is typed, and goes with anything
;; else that happens.  That much is judged here, since a key must not wait for the server; all other
;; cases are the server's, which is asked after a pause in typing.  What it answers to a text that is
;; no longer there is dropped.

;;; Code:

(require 'cl-lib)
(require 'unmask-document)
(require 'unmask-diagnostics)

(defcustom unmask-delay 0.1
  "Seconds without typing before the server is asked."
  :type 'number
  :group 'unmask)

(defface unmask-suggestion '((t :inherit shadow))
  "What is suggested and not there yet."
  :group 'unmask)

(cl-defstruct (unmask-suggestion (:copier nil))
  "TEXT instead of what is from START to END; ITEM is what the server sent."
  text start end item)

(defvar-local unmask-ghost--suggestions nil "What is suggested; the first is drawn.")
(defvar-local unmask-ghost--size nil "The size of the buffer when suggestions came.")
(defvar-local unmask-ghost--dismissals 0 "How often suggestions were taken away.")
(defvar-local unmask-ghost--overlay nil "What draws the suggestion.")
(defvar-local unmask-ghost--tick nil "The state of the text that was seen last.")
(defvar-local unmask-ghost--timer nil "Waits for a pause in typing.")

(defvar-keymap unmask-ghost-map
  :doc "Keys while a suggestion is drawn."
  "TAB" #'unmask-accept
  "<tab>" #'unmask-accept
  "C-<return>" #'unmask-accept
  "<remap> <forward-word>" #'unmask-accept-word
  "<remap> <move-end-of-line>" #'unmask-accept-line
  "M-n" #'unmask-next
  "M-p" #'unmask-previous
  "C-g" #'unmask-dismiss)

(define-minor-mode unmask-ghost-shown-mode
  "On while a suggestion is drawn."
  :interactive nil
  :keymap unmask-ghost-map)

(define-minor-mode unmask-ghost-mode
  "Draw in this buffer what the server suggests."
  :interactive nil
  (cond (unmask-ghost-mode
         (setq unmask-ghost--tick (buffer-chars-modified-tick))
         (add-hook 'post-command-hook #'unmask-ghost--follow nil t)
         (add-hook 'window-selection-change-functions #'unmask-ghost--looked-away nil t))
        (t
         (unmask-dismiss)
         (remove-hook 'post-command-hook #'unmask-ghost--follow t)
         (remove-hook 'window-selection-change-functions #'unmask-ghost--looked-away t))))

;;; Drawing

(defun unmask-ghost--rest-of (suggestion)
  "What of SUGGESTION is not typed yet; nil if it does not fit any more."
  (when-let* ((text (and suggestion (unmask-suggestion-text suggestion)))
              (start (unmask-suggestion-start suggestion))
              ((<= start (point)))
              (typed (buffer-substring-no-properties start (point)))
              ((= (buffer-size) (+ unmask-ghost--size (length typed))))
              ((not (string-search "\n" typed)))
              ((string-prefix-p typed text))
              ((not (equal typed text))))
    (substring text (length typed))))

(defun unmask-ghost--rest ()
  "What is left of the suggestion that is drawn; an error if none is."
  (or (unmask-ghost--rest-of (car unmask-ghost--suggestions))
      (user-error "Unmask suggests nothing here")))

(defun unmask-ghost--end ()
  "The end of the text that the suggestion takes the place of."
  (+ (unmask-suggestion-end (car unmask-ghost--suggestions))
     (- (buffer-size) unmask-ghost--size)))

(defun unmask-ghost--draw ()
  "Draw what is left of the suggestion, if anything is."
  (let ((rest (unmask-ghost--rest-of (car unmask-ghost--suggestions))))
    (if (not rest)
        (unmask-dismiss)
      (unless unmask-ghost--overlay
        (setq unmask-ghost--overlay (make-overlay (point) (point))))
      (move-overlay unmask-ghost--overlay (point) (unmask-ghost--end))
      ;; The property `cursor' as a number keeps the cursor in front of the text; as t it would do
      ;; so at the end of a line only.  In front of a newline it needs a blank to stand on.
      (let ((drawn (propertize (if (string-prefix-p "\n" rest) (concat " " rest) rest)
                               'face 'unmask-suggestion 'cursor 1))
            (replaces (< (point) (unmask-ghost--end))))
        (overlay-put unmask-ghost--overlay 'display (and replaces drawn))
        (overlay-put unmask-ghost--overlay 'after-string (and (not replaces) drawn)))
      (unmask-ghost-shown-mode 1))))

(defun unmask-dismiss ()
  "Take the suggestion away, and drop what is under way."
  (interactive)
  (setq unmask-ghost--suggestions nil)
  (cl-incf unmask-ghost--dismissals)
  (when unmask-ghost--overlay
    (delete-overlay unmask-ghost--overlay))
  (unmask-ghost-shown-mode -1))

(defun unmask-ghost--looked-away (window)
  "Take the suggestion away if WINDOW is left, except to call a command."
  (unless (or (eq window (selected-window)) (window-minibuffer-p))
    (unmask-dismiss)))

;;; Asking

(defun unmask-ghost--follow ()
  "Keep up with what was typed, and ask anew if a pause follows."
  (cond ((eq this-command 'keyboard-quit) ; C-g while nothing is drawn yet
         (unmask-dismiss))
        (unmask-ghost--suggestions
         (unmask-ghost--draw)))
  (when unmask-ghost--timer
    (cancel-timer unmask-ghost--timer))
  (unless (eql unmask-ghost--tick (buffer-chars-modified-tick))
    (setq unmask-ghost--tick (buffer-chars-modified-tick)
          unmask-ghost--timer
          (run-with-timer unmask-delay nil #'unmask-ghost--paused (current-buffer)))))

(defun unmask-ghost--paused (buffer)
  "Ask for a suggestion if BUFFER is still the one that is typed in."
  (when (and (buffer-live-p buffer) (eq buffer (window-buffer)))
    (with-current-buffer buffer
      (when unmask-ghost-mode
        (unmask-ghost--ask 2 0)))))

(defun unmask-ghost-resume ()
  "Ask for what was typed while there was nobody to ask."
  (when (and unmask-ghost-mode (buffer-modified-p))
    (unmask-ghost--paused (current-buffer))))

(defun unmask-ghost--place ()
  "What must stay as it is until an answer comes."
  (list (buffer-chars-modified-tick) (point) unmask-ghost--dismissals unmask-ghost-mode
        (eq (current-buffer) (window-buffer (minibuffer-selected-window)))))

(defun unmask-ghost--ask (kind number)
  "Ask what belongs at point, by a trigger of KIND, and draw the one of NUMBER."
  (when (unmask-document-open-p)
    (unmask-diagnostics-tell)
    (let ((place (unmask-ghost--place)))
      (unmask-document-request
       :textDocument/inlineCompletion
       (list :textDocument (unmask-document-id)
             :position (unmask-document-position (point))
             :context (list :triggerKind kind))
       (lambda (answer)
         (when (equal place (unmask-ghost--place))
           (setq unmask-ghost--size (buffer-size))
           (unmask-ghost--show (mapcar #'unmask-ghost--read (plist-get answer :items))
                               number)))))))

(defun unmask-ghost--read (item)
  "The suggestion that the server sent as ITEM."
  (pcase-let ((`(,start . ,end) (unmask-document-region (plist-get item :range))))
    (make-unmask-suggestion
     :text (plist-get item :insertText) :start start :end end :item item)))

(defun unmask-ghost--show (suggestions number)
  "Draw the one of NUMBER of SUGGESTIONS."
  (setq unmask-ghost--suggestions (unmask-ghost--turn suggestions number))
  (unmask-ghost--draw)
  (when unmask-ghost--suggestions
    (unmask-document-notify :textDocument/didShowCompletion
                            :item (unmask-suggestion-item (car unmask-ghost--suggestions)))))

(defun unmask-ghost--turn (suggestions by)
  "SUGGESTIONS, turned BY so many places."
  (let ((by (if suggestions (mod by (length suggestions)) 0)))
    (append (nthcdr by suggestions) (take by suggestions))))

;;; Commands

(defun unmask-next (&optional by)
  "Draw the next suggestion, or the one BY places further on."
  (interactive)
  (let ((by (or by 1))
        (fitting (seq-filter #'unmask-ghost--rest-of unmask-ghost--suggestions)))
    (if (cdr fitting)
        (unmask-ghost--show fitting by)
      (unmask-ghost--ask 1 by))))

(defun unmask-previous ()
  "Draw the previous suggestion."
  (interactive)
  (unmask-next -1))

(defun unmask-accept ()
  "Put the suggestion there."
  (interactive)
  (let ((rest (unmask-ghost--rest))
        (item (unmask-suggestion-item (car unmask-ghost--suggestions))))
    (delete-region (point) (unmask-ghost--end))
    (unmask-dismiss)
    (insert rest)
    (unmask-document-accepted item)))

(defun unmask-accept-word ()
  "Put the next word of the suggestion there, with what is before it."
  (interactive)
  (unmask-ghost--accept-part :word))

(defun unmask-accept-line ()
  "Put the next line of the suggestion there."
  (interactive)
  (unmask-ghost--accept-part :line))

(defun unmask-ghost--accept-part (kind)
  "Put the next part of KIND there; the server has said where parts end."
  (let* ((rest (unmask-ghost--rest))
         (suggestion (car unmask-ghost--suggestions))
         (item (unmask-suggestion-item suggestion))
         (text (unmask-suggestion-text suggestion))
         (typed (- (length text) (length rest)))
         (ends (plist-get (plist-get item :parts) kind))
         (end (or (seq-find (lambda (end) (< typed end)) ends) (length text))))
    (if (= end (length text))
        (unmask-accept)
      (insert (substring text typed end))
      (unmask-document-notify
       :textDocument/didPartiallyAcceptCompletion
       :item item
       :acceptedLength (unmask-ghost--utf-16-length (substring text 0 end))))))

(defun unmask-ghost--utf-16-length (text)
  "The length of TEXT in units of UTF-16."
  (/ (length (encode-coding-string text 'utf-16le)) 2))

(provide 'unmask-ghost)
;;; unmask-ghost.el ends here
