/**
 * Names of accounts, nicknames and rooms: validation and comparison.
 *
 * @module
 */
import { encodedLength } from "./bytes.ts";
import { isCleanText } from "./text.ts";

/** An account name or nickname: 2 to 20 of `A-Z a-z 0-9 _ - [ ] \ ^ { } | \``. */
const ACCOUNT_NAME = /^[A-Za-z0-9_\-[\]\\^{}|`]{2,20}$/;
const ROOM_NAME = /^#[^\s,:]{1,49}$/;

/** Longest nickname and account name, in bytes (they are ASCII). */
export const MAX_NICK_BYTES = 20;
/** Longest room name in bytes, `#` included. */
export const MAX_ROOM_BYTES = 64;
/** The room that everybody joins at sign-in. */
export const LOBBY = "#lobby";

/** Whether `name` is a valid account name, and so a valid nickname. */
export function isAccountName(name: string): boolean {
  return ACCOUNT_NAME.test(name);
}

/** Whether `name` is a valid room name: `#`, then no space, comma, colon or control character. */
export function isRoomName(name: string): boolean {
  return ROOM_NAME.test(name) && isCleanText(name) &&
    encodedLength(name) <= MAX_ROOM_BYTES;
}

/** The lower-case form of a name, for comparison (`CASEMAPPING=ascii`). */
export function foldName(name: string): string {
  return name.toLowerCase();
}

/**
 * The common form of all names that look alike, to prevent impersonation.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { skeletonOf } from "./names.ts";
 * assert.equal(skeletonOf("B0B|"), skeletonOf("bobl"));
 * ```
 */
export function skeletonOf(name: string): string {
  return name.replace(/[1iI|]/g, "l").toLowerCase().replaceAll("0", "o").replaceAll("rn", "m")
    .replaceAll("vv", "w").replaceAll("{", "[").replaceAll("}", "]").replaceAll("_", "-");
}
