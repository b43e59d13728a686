#!/bin/sh
# chat @VERSION@: this script, then the program and the Deno that runs it, packed.
# On first start they are unpacked into your cache folder ($XDG_CACHE_HOME/chat or ~/.cache/chat) and
# checked; later starts run them from there. Deleting that folder does no harm.

version=@VERSION@
app_sha256=@APP_SHA256@
app_bytes=@APP_BYTES@
deno_sha256=@DENO_SHA256@
deno_bytes=@DENO_BYTES@
app_at=@APP_AT@
app_packed=@APP_PACKED@
deno_at=@DENO_AT@
total_bytes=@TOTAL_BYTES@

fail() {
  echo "chat: $*" >&2
  exit 1
}

sha256() {
  if command -v sha256sum; then sha256sum "$1"
  elif command -v openssl; then openssl dgst -sha256 -r "$1"
  elif command -v shasum; then shasum -a 256 "$1"
  fi 2>/dev/null | tail -n 1 | cut -d ' ' -f 1
}

size_of() {
  wc -c < "$1" | tr -d ' '
}

# The folder must be ours alone: what is in it will be run.
choose_folder() {
  case ${XDG_CACHE_HOME:-} in
    /*) cache=$XDG_CACHE_HOME/chat ;;
    *) case ${HOME:-} in
      /*) cache=$HOME/.cache/chat ;;
      *) fail "cannot unpack: neither HOME nor XDG_CACHE_HOME names a folder" ;;
    esac ;;
  esac
  if [ ! -d "$cache" ] && [ ! -L "$cache" ]; then
    mkdir -p -- "${cache%/*}" 2>/dev/null
    (umask 077 && mkdir -- "$cache") 2>/dev/null || [ -d "$cache" ] ||
      fail "cannot make the folder $cache (XDG_CACHE_HOME may name another)"
  fi
  entry=$(LC_ALL=C ls -ldn -- "$cache") || fail "cannot read the folder $cache"
  mode=${entry%% *}
  owner=$(echo "$entry" | tr -s ' ' | cut -d ' ' -f 3)
  case $mode in
    l*) fail "$cache is a symbolic link; it must be a folder of its own" ;;
  esac
  [ "$owner" = "$(id -u)" ] || fail "$cache belongs to another user; nothing in it can be trusted"
  case $mode in
    drwx------*) ;;
    *) fail "$cache is open to other users ($mode); remove it, or: chmod 700 $cache" ;;
  esac
  folder=$cache/$version-$(echo "$app_sha256$deno_sha256" | cut -c 1-8,65-72)
}

# Checked once, and unchanged since: both are older than the stamp that was set after the check.
is_ready() {
  [ -f "$folder/checked" ] && [ -x "$folder/deno" ] && [ -f "$folder/chat.js" ] &&
    [ -z "$(find "$folder/deno" "$folder/chat.js" -newer "$folder/checked")" ] &&
    [ "$(size_of "$folder/deno")" = "$deno_bytes" ] &&
    [ "$(size_of "$folder/chat.js")" = "$app_bytes" ]
}

# Unpacks beside, checks, and moves each file into place at once: any number of first starts may do
# so at the same time.
unpack() {
  have=$(size_of "$0")
  [ "$have" = "$total_bytes" ] ||
    fail "this file is incomplete or changed: $have of $total_bytes bytes; download it again"
  new=$cache/new-$$
  trap 'rm -rf -- "$new"' EXIT
  trap 'exit 130' INT TERM HUP
  (umask 077 && mkdir -p -- "$new" "$folder") || fail "cannot write to the folder $cache"
  tail -c "+$app_at" "$0" | head -c "$app_packed" | gzip -dc > "$new/chat.js" 2>/dev/null ||
    fail "cannot unpack into $cache (the disk is full, or this file is damaged)"
  tail -c "+$deno_at" "$0" | gzip -dc > "$new/deno" 2>/dev/null ||
    fail "cannot unpack into $cache (the disk is full, or this file is damaged)"
  for part in "chat.js $app_sha256" "deno $deno_sha256"; do
    found=$(sha256 "$new/${part% *}")
    [ -n "$found" ] || fail "cannot check what was unpacked: no sha256sum, openssl or shasum here"
    [ "$found" = "${part#* }" ] || fail "this file is damaged (${part% *}); download it again"
  done
  chmod 700 "$new/deno"
  "$new/deno" --version > /dev/null 2>&1 ||
    fail "cannot run programs from $cache (mounted noexec, or made for another system)"
  : > "$new/checked"
  mv -f -- "$new/deno" "$new/chat.js" "$new/checked" "$folder/" ||
    fail "cannot write to the folder $folder"
  rm -rf -- "$new"
  trap - EXIT INT TERM HUP
}

main() {
  choose_folder
  is_ready || unpack
  DENO_DIR=$folder/deno-dir
  DENO_NO_UPDATE_CHECK=1
  case $0 in
    /*) CHAT_PROGRAM=$0 ;;
    *) CHAT_PROGRAM=$PWD/$0 ;;
  esac
  export DENO_DIR DENO_NO_UPDATE_CHECK CHAT_PROGRAM
  exec "$folder/deno" run --quiet --no-prompt --no-config --no-lock --no-npm --no-remote \
    @FLAGS@ \
    "$folder/chat.js" "$@"
}

main "$@"
exit 1
