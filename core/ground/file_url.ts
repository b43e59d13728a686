/** `file:` URLs, as copied from file managers and browsers. @module */
import { fileURLToPath } from "node:url";

/** Whether `text` is a `file:` URL rather than a path. */
export function isFileUrl(text: string): boolean {
  return /^file:\//i.test(text);
}

/**
 * The path of a `file:` URL, percent-decoded.
 *
 * @throws {TypeError} When it is invalid, or on another machine.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pathOfFileUrl } from "./file_url.ts";
 * assert.equal(pathOfFileUrl("file:///home/amy/a%20b.txt"), "/home/amy/a b.txt");
 * assert.throws(() => pathOfFileUrl("file://elsewhere/a.txt"), TypeError);
 * ```
 */
export function pathOfFileUrl(text: string): string {
  try {
    return fileURLToPath(text);
  } catch (cause) {
    throw new TypeError(`Cannot read the address ${text}: it is not a file on this machine`, {
      cause,
    });
  }
}
