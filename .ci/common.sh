# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Shared by ./demo, ./check and .ci/run, which source it from the root.

# Print the packages of the named sections of .ci/packages
packages_of() {
  local section
  for section in "$@"; do
    awk -v wanted="[$section]" \
      '/^\[/ { inside = ($0 == wanted); next } inside && /^[a-z0-9]/' \
      .ci/packages
  done | sort -u
}

# Print those of the named packages that are not installed
missing_packages() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = \
      installed ] || echo "$package"
  done
}

# Run a command as root, with sudo if there is need
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "Neither root nor sudo here to run: $*" >&2
    return 1
  fi
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
    install --no-install-recommends "$@" </dev/null
}

# Install what is missing of the named sections.  Nothing missing, nothing
# done, so a second run needs no network.  If apt cannot, say so and go on:
# the tools may be there by other means, and what needs them checks for them.
install_packages() {
  local -a missing
  if ! command -v apt-get >/dev/null; then
    echo "No apt here.  Needed, by their Debian names:" $(packages_of "$@")
    return
  fi

  mapfile -t missing < <(missing_packages $(packages_of "$@"))
  if [ ${#missing[@]} = 0 ]; then
    return
  fi

  echo "Installing: ${missing[*]}"
  as_root apt-get -q update </dev/null || true
  apt_install "${missing[@]}" ||
    echo "Could not install: ${missing[*]}.  Going on with what is there." >&2
}

# Stop with a message if a program is missing
require_programs() {
  local program
  for program in "$@"; do
    if ! command -v "$program" >/dev/null; then
      echo "$program is missing, and is needed to go on." >&2
      exit 1
    fi
  done
}

# Configure a build folder, or bring an old one up to date: configure FOLDER
# [OPTION]...
configure() {
  local -r folder=$1
  shift
  if [ -f "$folder/build.ninja" ]; then
    meson setup --reconfigure "$folder" "$@"
  else
    meson setup "$folder" "$@"
  fi
}
