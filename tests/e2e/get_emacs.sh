#!/bin/bash
# get_emacs.sh FOLDER: unpacks Debian's newest Emacs, lsp-mode and tmux there.
# `FOLDER/emacs` and `FOLDER/tmux` start them with the libraries they came with.
set -euo pipefail
folder=$(realpath -m "$1")
partly=$(mktemp -d -p "$(mkdir -p "$(dirname "$folder")" && dirname "$folder")")
trap 'rm -rf "$partly"' EXIT
bash "$(dirname "$0")/get_debian.sh" "$partly/root" emacs-nox elpa-lsp-mode tmux
cat >"$partly/root/tmux" <<'END'
#!/bin/bash
here=$(dirname "$(realpath "$0")")
libraries=$(echo "$here"/usr/lib/*-linux-gnu)
exec "$libraries"/ld-linux-*.so.* --library-path "$libraries" "$here/usr/bin/$(basename "$0")" "$@"
END
cat >"$partly/root/emacs" <<'END'
#!/bin/bash
here=$(dirname "$(realpath "$0")")
libraries=$(echo "$here"/usr/lib/*-linux-gnu)
share=$(echo "$here"/usr/share/emacs/[0-9]*)
dump=$(echo "$here"/usr/libexec/emacs/*/*/emacs-*.pdmp)
packages=("$here"/usr/share/emacs/site-lisp/elpa-src/*)
EMACSLOADPATH=$(IFS=:; echo "${packages[*]}"):$share/lisp
export EMACSLOADPATH EMACSDATA=$share/etc EMACSDOC=$share/etc EMACSPATH=$(dirname "$dump")
exec "$libraries"/ld-linux-*.so.* --library-path "$libraries" "$here/usr/bin/emacs-nox" --dump-file="$dump" "$@"
END
chmod +x "$partly/root/tmux" "$partly/root/emacs"
mv "$partly/root" "$folder"
