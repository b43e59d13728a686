#!/bin/sh
# Sends SRC, a file or a folder, into DST over a local port, and returns when it is there: both ends
# as processes of their own.
#   bench/xfer.sh SRC DST PORT             both are started for this one transfer
#   RUNNING=1 bench/xfer.sh SRC DST PORT   both run already, as two chat clients do; the first call
#                                          starts them, 30 seconds without a call end them
# Paths without spaces. CHAT_BENCH=1 prints the speed that each end saw and its peak memory.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=${TMPDIR:-/tmp}/chat-bench-$(id -u)

prepare() {
  mkdir -p -m 700 "$work"
  [ -f "$work/cert.pem" ] ||
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
      -subj /CN=localhost -addext subjectAltName=DNS:localhost \
      -addext basicConstraints=critical,CA:FALSE \
      -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
  # One file, as in the program that people download.
  if [ -z "$(find "$work/xfer.js" -newer "$here/files_xfer.ts" 2>/dev/null)" ] ||
    [ -n "$(find "$here/../core" -name '*.ts' -newer "$work/xfer.js" | head -n 1)" ]; then
    deno bundle -q --minify --config "$here/../deno.json" -o "$work/xfer.js" "$here/files_xfer.ts"
  fi
}

run() { exec deno run -q --no-check --no-config --allow-all "$work/xfer.js" "$@" "$work"; }

# A client in the background, with a pipe for its jobs and one for its answers.
start() {
  rm -f "$work/$1.jobs" "$work/$1.answers"
  mkfifo "$work/$1.jobs" "$work/$1.answers"
  (run "$1" <>"$work/$1.jobs" 1<>"$work/$1.answers") &
  echo $! >"$work/$1.pid"
}

if [ -n "${RUNNING:-}" ]; then
  if ! kill -0 "$(cat "$work/send.pid" 2>/dev/null)" 2>/dev/null; then
    prepare
    start receive
    start send
    touch "$work/used"
    # The last one to use them puts the lights out.
    (while [ -n "$(find "$work/used" -newermt '30 seconds ago' 2>/dev/null)" ]; do sleep 5; done
      kill "$(cat "$work/receive.pid")" "$(cat "$work/send.pid")") >/dev/null 2>&1 &
  fi
  touch "$work/used"
  echo "$3 $2" >"$work/receive.jobs"
  echo "$3 $1" >"$work/send.jobs"
  read -r _ <"$work/send.answers"
  read -r _ <"$work/receive.answers"
else
  prepare
  (run receive "$3" "$2") &
  receiver=$!
  (run send "$3" "$1")
  wait "$receiver"
fi
