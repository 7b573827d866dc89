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

# Tell whether commands can run as root here
has_root() {
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null
}

# Run a command as root, with sudo if there is need
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

# What apt said of its downloads, and the command that is left for root
fetched=
for_root=

# Run apt-get as root, and keep what it says of downloads
run_apt() {
  local status=0 log
  log=$(mktemp)
  as_root env LC_ALL=C DEBIAN_FRONTEND=noninteractive apt-get -q -y \
    -o Acquire::Retries=3 "$@" </dev/null | tee "$log" || status=$?
  fetched+=$(grep '^Fetched' "$log" || true)$'\n'
  rm -f "$log"
  return $status
}

# Print the megabytes that apt downloaded
fetched_mb() {
  awk '$1 == "Fetched" {
    gsub(",", "", $2)
    sum += $2 * ($3 == "MB" ? 1 : $3 == "kB" ? 1e-3 : $3 == "GB" ? 1e3 : 1e-6)
  } END { printf "%.0f\n", sum }' <<<"$fetched"
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

  if has_root; then
    echo "Installing: ${missing[*]}"
    run_apt update || true
    run_apt install --no-install-recommends "${missing[@]}" && return
  fi
  echo "Could not install: ${missing[*]}.  Going on with what is there." >&2
  for_root="apt-get update && apt-get install --no-install-recommends ${missing[*]}"
}

# Say last, where a script fails for want of packages, what to ask for.  For the
# EXIT of scripts.
ask_for_packages() {
  local -r status=$?
  if [ $status != 0 ] && [ -n "$for_root" ]; then
    printf '\nSomething is missing that could not be installed here.  As root:\n%s\n' \
      "$for_root" >&2
  fi
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
