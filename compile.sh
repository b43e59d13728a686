#!/bin/sh
# Makes ./chat, one file that needs nothing else: ./compile.sh [--target TRIPLE] [--output FILE]
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

if command -v deno >/dev/null 2>&1; then
  exec deno run -q -P=tools --config "$here/deno.json" "$here/scripts/compile.ts" "$@"
elif command -v npx >/dev/null 2>&1; then
  exec npx -y deno@2.9.6 run -q -P=tools --config "$here/deno.json" "$here/scripts/compile.ts" "$@"
fi
echo "compile.sh: needs Deno (https://deno.com) or Node's npx on the PATH" >&2
exit 1
