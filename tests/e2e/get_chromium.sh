#!/bin/bash
# get_chromium.sh FOLDER: unpacks Debian's Chromium there, with the libraries this machine lacks; `FOLDER/run` starts it.
# Nothing is installed: apt's own state is left as it is.
set -euo pipefail
folder=$(realpath -m "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
command -v apt-get >/dev/null || { echo "no apt-get here" >&2; exit 1; }

mkdir -p "$work"/lists/partial "$work"/cache/archives/partial
cat >"$work/apt.conf" <<END
Dir::State::lists "$work/lists";
Dir::Cache "$work/cache";
APT::Install-Recommends "false";
APT::Sandbox::User "$(id -un)";
Debug::NoLocking "true";
END
export APT_CONFIG="$work/apt.conf"
apt-get -qq update
apt-get -qq -y --download-only install chromium fonts-dejavu-core >/dev/null
mkdir -p "$work/root"
for package in "$work"/cache/archives/*.deb; do dpkg-deb -x "$package" "$work/root"; done
cat >"$work/root/run" <<'END'
#!/bin/bash
here=$(dirname "$(realpath "$0")")
libraries=$(echo "$here"/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH=$libraries:$libraries/pulseaudio XDG_DATA_HOME=$here/usr/share
exec "$here/usr/lib/chromium/chromium" "$@"
END
chmod +x "$work/root/run"
mkdir -p "$(dirname "$folder")"
mv "$work/root" "$folder"
