#!/bin/bash
# get_debian.sh FOLDER PACKAGE...: unpacks them there with the libraries they need, from the newest
# Debian, or from another SUITE.
# Nothing is installed: apt's own state, lists and configuration are left as they are.
set -euo pipefail
suite=${SUITE:-forky}
folder=$(realpath -m "$1")
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
archive=$(cat /etc/apt/sources.list.d/*.sources 2>/dev/null | awk '/^URIs:/ {print $2; exit}')
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -n "$archive" ] && [ -f "$keyring" ] || { echo "no Debian archive is set up here" >&2; exit 1; }

mkdir -p "$work"/lists/partial "$work"/cache/archives/partial
touch "$work/status"
echo "deb [signed-by=$keyring] $archive $suite main" >"$work/sources.list"
cat >"$work/apt.conf" <<END
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::lists "$work/lists";
Dir::State::status "$work/status";
Dir::Cache "$work/cache";
APT::Install-Recommends "false";
APT::Sandbox::User "$(id -un)";
END
export APT_CONFIG="$work/apt.conf"
apt-get -qq update
apt-get -qq -y --download-only install "$@" >/dev/null
mkdir -p "$work/root"
for package in "$work"/cache/archives/*.deb; do dpkg-deb -x "$package" "$work/root"; done
mkdir -p "$(dirname "$folder")"
mv "$work/root" "$folder"
