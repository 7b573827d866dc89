#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Compare the AVX-512 kernels with the generic ones on any x86-64 computer.
# Usage: avx512.sh FOLDER [SECONDS], with a build folder, which is made if there
# is none, and the longest time that the emulated computer may take.
#
# Bochs emulates a CPU that has AVX-512.  It starts Debian's small kernel for
# the cloud, whose only process is the program to run, and switches off when
# that ends.  Debian packages: bochs bochs-term bochsbios cpio isolinux
# syslinux-common vgabios xorriso, and what builds the plugins.  The kernel is
# downloaded with apt, but not installed, and kept in FOLDER.

set -euo pipefail
export LC_ALL=C.UTF-8

root=$(readlink -f "$(dirname "$(readlink -f "$0")")/../..")
folder=$(readlink -m "${1:?a build folder is needed}")
seconds=${2:-900}

# Skip all: skip WHY
skip() {
  echo "1..0 # SKIP $1"
  exit 77
}

# Skip all unless there is a file: need FILE PACKAGE
need() {
  [ -e "$1" ] || skip "no $1 here, package $2"
}

# Skip all unless there is a program: need_program PROGRAM PACKAGE
need_program() {
  command -v "$1" >/dev/null || skip "$1 is not installed, package $2"
}

bios=/usr/share/bochs/BIOS-bochs-latest
vga_bios=/usr/share/vgabios/vgabios.bin
loader=/usr/lib/ISOLINUX/isolinux.bin
loader_part=/usr/lib/syslinux/modules/bios/ldlinux.c32

need_all() {
  [ "$(uname -m)" = x86_64 ] || skip "AVX-512 is only for x86-64"
  need_program bochs bochs
  need_program cpio cpio
  need_program script bsdutils
  need_program xorriso xorriso
  need "$(echo /usr/lib/*/bochs/plugins/libbx_term_gui.so)" bochs-term
  need $bios bochsbios
  need $vga_bios vgabios
  need $loader isolinux
  need $loader_part syslinux-common
}

# Build the library as the plugins have it, and static programs
build() {
  local -a options=(-std=c11 -O2 -Wall -Wextra -Wconversion -static -I"$root")
  [ -f "$folder/build.ninja" ] ||
    meson setup "$folder" "$root" -Dtools=disabled -Dtests=disabled
  ninja -C "$folder" core/libcore.a
  "${CC:-cc}" "${options[@]}" -o "$work/kernels" \
    "$root/tests/emulate/"{arrays,kernels,memories,networks,report}.c \
    "$root/bench/random_graph.c" "$folder/core/libcore.a" -lm
  "${CC:-cc}" "${options[@]}" -D_DEFAULT_SOURCE -o "$work/init" \
    "$root/tests/emulate/init.c"
}

# Download Linux, once
fetch_linux() {
  [ ! -f "$work/linux" ] || return 0
  local package
  package=$(apt-cache depends linux-image-cloud-amd64 |
    sed -n 's/^ *Depends: \(linux-image-[^ ]*\).*/\1/p')
  rm -rf "$work/download"
  mkdir "$work/download"
  (cd "$work/download" && apt-get -q -o APT::Sandbox::User= download "$package")
  dpkg-deb --fsys-tarfile "$work/download/"*.deb |
    tar -xO --wildcards './boot/vmlinuz-*' >"$work/download/linux"
  mv "$work/download/linux" "$work/linux"
  rm -r "$work/download"
}

# Make a disc that starts Linux and runs /init.  Linux finds the size of what
# Bochs saves with XSAVEC wrong, and then uses no AVX: that is switched off.
# Should Linux panic, it restarts by a triple fault, at which Bochs ends.
make_disc() {
  local -r disc=$work/disc
  local -r options="noxsaves clearcpuid=xsavec mitigations=off nokaslr \
panic=-1 reboot=t"
  rm -rf "$disc"
  mkdir "$disc"
  ln -s $loader $loader_part "$work/linux" "$disc"
  (cd "$work" && printf '%s\n' init kernels | cpio -o -H newc --quiet) \
    >"$disc/files"
  cat >"$disc/isolinux.cfg" <<TEXT
default linux
label linux
kernel linux
append initrd=files console=ttyS0 loglevel=1 $options
TEXT
  xorriso -as mkisofs -quiet -f -b isolinux.bin -c boot.cat -no-emul-boot \
    -boot-load-size 4 -boot-info-table -o "$work/disc.iso" "$disc"
}

configure_bochs() {
  cat >"$work/bochsrc" <<TEXT
config_interface: textconfig
display_library: term
cpu: model=corei7_skylake_x, ips=100000000, reset_on_triple_fault=0
memory: guest=256, host=256
romimage: file=$bios
vgaromimage: file=$vga_bios
ata0-master: type=cdrom, path="$work/disc.iso", status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev="$work/serial"
speaker: enabled=0
log: "$work/bochs.log"
panic: action=fatal
TEXT
  # Debian's Bochs has its debugger, which waits for a command to start
  echo continue >"$work/commands"
}

# Run the emulated computer.  Bochs fails even if it is switched off in order,
# so what came from the serial port is what counts.
emulate() {
  rm -f "$work/serial"
  (cd "$work" && TERM=xterm script -qec \
    "timeout --foreground -k 5 $seconds bochs -f bochsrc -rc commands" \
    screen </dev/null) >"$work/output" 2>&1 || true
  touch "$work/serial"
  tr -d '\r' <"$work/serial" | tee "$work/said"
}

# Give the verdict on what the emulated computer said
judge() {
  if grep -qx 'kernels: avx512' "$work/said" &&
    grep -qx 'init: kernels ended with status 0' "$work/said"; then
    return
  fi
  grep -v '\[CPU0' "$work/bochs.log" | tail -n 3 >&2 || true
  echo "The AVX-512 kernels did not run, or differ, see $work" >&2
  return 1
}

need_all
work=$folder/emulate
mkdir -p "$work"
build
fetch_linux
echo "On this computer:"
"$work/kernels"
make_disc
configure_bochs
echo "On an emulated computer, which takes a minute or two:"
emulate
judge
