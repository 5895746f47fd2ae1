#!/usr/bin/env bash
# Copies folders that have changed.
set -euo pipefail

target="${1:-/var/backup}"
count=0

usage() {
  cat <<EOF
usage: ${0##*/} [-q] TARGET (a folder)
EOF
  exit 2
}

while [[ $# -gt 1 ]]; do
  case "$1" in
    -q | --quiet)
      quiet=1
      ;;
    -h)
      usage
      ;;
    *)
      echo "unknown: $1" >&2
      ;;
  esac
  shift
done

copy() {
  local from=$1 name
  name=$(basename "$from")
  if [ -d "$target/$name" ]; then
    rsync -a "$from/" "$target/$name/"
  else
    mkdir -p "$target/$name"
    cp -r "$from/." "$target/$name/"
  fi
  count=$((count + 1))
}

for folder in "$HOME"/*/; do
  [[ ${#folder} -gt 3 ]] || continue
  copy "${folder%/}"
done
echo "$count copied${quiet:+ quietly}"
