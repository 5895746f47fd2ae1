#!/bin/bash
# get_neovim.sh FOLDER: unpacks Debian's newest Neovim there, with the libraries it needs.
exec bash "$(dirname "$0")/get_debian.sh" "$1" neovim
