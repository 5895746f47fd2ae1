#!/bin/bash
# get_code_server.sh FOLDER VERSION: puts VS Code with a web front end there, from npm.
# Needs `node` 24 and `npm` on the PATH. Nothing is compiled: no package's install script runs, and
# the one that matters (code-server's own) is done here by hand.
set -euo pipefail
folder=$(realpath -m "$1")
mkdir -p "$(dirname "$folder")"
work=$(mktemp -d -p "$(dirname "$folder")")
trap 'rm -rf "$work"' EXIT
install=(npm install --ignore-scripts --no-audit --no-fund --loglevel=error)

cd "$work"
echo '{"private": true}' >package.json
"${install[@]}" "code-server@$2"
cd node_modules/code-server/lib/vscode
"${install[@]}" --omit=dev
ln -sf code-linux.sh bin/remote-cli/code-server
ln -sf browser-linux.sh bin/helpers/browser.sh
chmod 755 "$work"
mv "$work" "$folder"
