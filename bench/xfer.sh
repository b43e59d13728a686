#!/bin/sh
# Sends SRC, a file or a folder, into DST over a local port, and returns when it is there: both ends
# as processes of their own.
#   bench/xfer.sh SRC DST PORT
# CHAT_BENCH=1 prints the speed that each end saw and its peak memory.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=${TMPDIR:-/tmp}/chat-bench-$(id -u)
mkdir -p -m 700 "$work"

[ -f "$work/cert.pem" ] ||
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE \
    -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null

# One file, as in the program that people download.
if [ -z "$(find "$work/xfer.js" -newer "$here/files_xfer.ts" 2>/dev/null)" ] ||
  [ -n "$(find "$here/../core" -name '*.ts' -newer "$work/xfer.js" | head -n 1)" ]; then
  deno bundle -q --config "$here/../deno.json" -o "$work/xfer.js" "$here/files_xfer.ts"
fi

run() { deno run -q --no-check --no-config --allow-all "$work/xfer.js" "$@" "$work"; }
run receive "$3" "$2" &
receiver=$!
run send "$3" "$1"
wait "$receiver"
