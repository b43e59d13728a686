#!/bin/sh
# The transfers that are too large for the tests: one file of 5 GiB, 10,000 files in one folder, and
# 10,000 in 100 folders. Prints the speed and the peak memory of both ends; compares every byte.
# WORK (default: a folder in /dev/shm or /tmp) needs 11 GiB; SIZE_MIB and FILES make it smaller.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${WORK:-$([ -w /dev/shm ] && echo /dev/shm || echo /tmp)}/chat-large.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
size=${SIZE_MIB:-5120} files=${FILES:-10000} port=${PORT:-19980}

measure() {
  mkdir "$work/into"
  echo "$1:"
  CHAT_BENCH=1 "$here/xfer.sh" "$2" "$work/into" "$port" 2>&1 | sed 's/^/  /'
  diff -rq "$2" "$work/into/$(basename "$2")"
  rm -rf "$work/into" "$2"
}

head -c "$((size * 1048576))" /dev/urandom >"$work/big"
measure "one file of $size MiB" "$work/big"

mkdir "$work/flat"
head -c "$((files * 2048))" /dev/urandom | (cd "$work/flat" && split -b 2048 -a 6 -d - f)
measure "$files files of 2 KiB in one folder" "$work/flat"

mkdir "$work/deep"
head -c "$((files * 2048))" /dev/urandom | (cd "$work/deep" && split -b 2048 -a 6 -d - f)
for n in $(seq -w 0 99); do
  mkdir "$work/deep/d$n"
  find "$work/deep" -maxdepth 1 -name "f*$n" -exec mv {} "$work/deep/d$n/" \;
done
measure "$files files of 2 KiB in 100 folders" "$work/deep"
