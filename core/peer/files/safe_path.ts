/**
 * Turns names from the network into paths that cannot leave the target folder, on any
 * system: malicious names are refused, names that are merely not portable are changed.
 *
 * @module
 */
import { encodedLength } from "../../ground/bytes.ts";
import { cleanText, displayName } from "../../ground/text.ts";
import { TransferError } from "./errors.ts";
import { MAX_DEPTH, MAX_FILE_NAME_BYTES, MAX_PATH_BYTES } from "./limits.ts";

/** Longest root name, with space for ` (999)` and `.part.map`. */
const ROOT_NAME_BYTES = MAX_FILE_NAME_BYTES - 16;
/** Windows opens a device for these, whatever the extension and the folder. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$|clock\$) *(?:\.|$)/i;
/** Windows reads a colon as a drive or a hidden stream, and refuses the others. */
const NOT_ON_WINDOWS = /[<>:"|?*]/g;
/** Windows drops these, so that `x.` would open `x`. */
const TRAILING = /[. ]+$/;
/** The extension after the number in `name (1).tar.gz`. */
const EXTENSION = /(?:\.tar)?\.[^. ]{1,16}$/i;

/** Rules that differ between systems. */
export interface SafePathOptions {
  /** Whether to replace characters that Windows does not allow in names. Default: on Windows. */
  readonly windows?: boolean;
  /**
   * Whether the file system treats names that differ only in case or in Unicode form as equal. Default: yes, which is
   * safe everywhere.
   */
  readonly foldsNames?: boolean;
}

/**
 * Assigns every path of one offer its own place, relative to the target folder. Two paths
 * that the file system may treat as equal (case, Unicode form) get different names.
 *
 * @example Names that are not portable are changed, escapes are refused
 * ```ts
 * import assert from "node:assert/strict";
 * import { SafePaths } from "./safe_path.ts";
 * const paths = new SafePaths();
 * assert.equal(paths.place("photos/a.jpg"), "photos/a.jpg");
 * assert.equal(paths.place("photos/A.jpg"), "photos/A (1).jpg");
 * assert.equal(paths.place("photos/nul.txt"), "photos/_nul.txt");
 * assert.throws(() => paths.place("photos/../../x"), { fault: "unsafe-name" });
 * ```
 */
export class SafePaths {
  readonly #windows: boolean;
  readonly #keyOf: (path: string) => string;
  readonly #folders = new Map<string, string>();
  readonly #used = new Set<string>();
  /** The next number to try for a name that was taken: a hostile list may have one name 100,000 times. */
  readonly #next = new Map<string, number>();

  /** Starts without places. */
  constructor(
    { windows = Deno.build.os === "windows", foldsNames = true }: SafePathOptions = {},
  ) {
    this.#windows = windows;
    this.#keyOf = foldsNames ? foldPath : (path) => path;
  }

  /**
   * A file's place, `/` between folders.
   *
   * @throws {TransferError} `unsafe-name`.
   */
  place(path: string): string {
    const names = splitPath(path);
    const name = names.pop() ?? "";
    const folder = this.#folderOf(names);
    return this.#take(folder, name);
  }

  /**
   * A folder's place: the same for the same path.
   *
   * @throws {TransferError} `unsafe-name`.
   */
  placeFolder(path: string): string {
    return this.#folderOf(splitPath(path));
  }

  #folderOf(names: readonly string[]): string {
    const original = names.join("/");
    if (original === "") return "";
    const known = this.#folders.get(original);
    if (known !== undefined) return known;
    const placed = this.#take(this.#folderOf(names.slice(0, -1)), names.at(-1) ?? "");
    this.#folders.set(original, placed);
    return placed;
  }

  #take(folder: string, wanted: string): string {
    const isRoot = folder === "";
    const name = safeName(wanted, { isRoot, windows: this.#windows });
    const wantedPath = this.#keyOf(`${folder}/${name}`);
    for (let number = this.#next.get(wantedPath) ?? 0;; number++) {
      const maxBytes = isRoot ? ROOT_NAME_BYTES : MAX_FILE_NAME_BYTES;
      const fits = number === 0 && name.length * 3 <= maxBytes;
      const path = (isRoot ? "" : `${folder}/`) +
        (fits ? name : numberedName(name, number, maxBytes));
      const folded = this.#keyOf(path);
      if (this.#used.has(folded)) continue;
      this.#used.add(folded);
      this.#next.set(wantedPath, number + 1);
      return path;
    }
  }
}

/**
 * `name (1).ext` for the number 1, `name.ext` for 0; never over `maxBytes` of UTF-8.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { numberedName } from "./safe_path.ts";
 * assert.equal(numberedName("notes.txt", 2), "notes (2).txt");
 * assert.equal(numberedName("backup.tar.gz", 1), "backup (1).tar.gz");
 * assert.equal(numberedName(".profile", 1), ".profile (1)");
 * ```
 */
export function numberedName(name: string, number: number, maxBytes = MAX_FILE_NAME_BYTES): string {
  const at = name.search(EXTENSION);
  const extension = at > 0 ? name.slice(at) : "";
  const tail = (number > 0 ? ` (${number})` : "") + extension;
  const stem = name.slice(0, name.length - extension.length);
  return shorten(stem, maxBytes - encodedLength(tail)) + tail;
}

/** The names of a path, after checks that only malicious paths fail. */
function splitPath(path: string): string[] {
  const names = path.split("/");
  if (path.length * 3 > MAX_PATH_BYTES && encodedLength(path) > MAX_PATH_BYTES) {
    throw unsafe(path, "is too long");
  }
  if (names.length > MAX_DEPTH + 1) throw unsafe(path, "has too many folders");
  if (path.includes("\0")) throw unsafe(path, "has a NUL in it");
  if (/^(?:[/\\]|[A-Za-z]:(?:[/\\]|$))/.test(path)) throw unsafe(path, "is absolute");
  if (names.includes("")) throw unsafe(path, "has an empty name in it");
  if (/(?:^|[/\\])\s*\.{1,2}\s*(?:[/\\]|$)/.test(path)) {
    throw unsafe(path, "wants out of its folder");
  }
  return names;
}

/** Most names are harmless, and an offer may have 100,000 of them. */
const HARMLESS = /^[A-Za-z0-9_-](?:[A-Za-z0-9_. -]{0,98}[A-Za-z0-9_-])?$/;

function safeName(wanted: string, { isRoot, windows }: { isRoot: boolean; windows: boolean }) {
  if (HARMLESS.test(wanted) && !DEVICE.test(wanted)) return wanted;
  let name = displayName(wanted).replaceAll("\ufffd", "_").replaceAll("\\", "_");
  if (windows) name = name.replace(NOT_ON_WINDOWS, "_");
  name = shorten(name, Infinity).replace(TRAILING, (dots) => "_".repeat(dots.length));
  // Dot files that a shell reads at start must not arrive unnoticed.
  if (isRoot) name = name.replace(/^\./, "_");
  if (DEVICE.test(name)) name = `_${name}`;
  return name === "" ? "_" : name;
}

/** Truncates, never inside a character. */
function shorten(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes || encodedLength(text) <= maxBytes) return text;
  let kept = "";
  let bytes = 0;
  for (const character of text) {
    bytes += encodedLength(character);
    if (bytes > maxBytes) break;
    kept += character;
  }
  return kept.replace(TRAILING, "") || "_";
}

/** The common form of all paths that a file system may treat as equal. */
function foldPath(path: string): string {
  // deno-lint-ignore no-control-regex -- matches ASCII
  if (/^[\x00-\x7f]*$/.test(path)) return path.toLowerCase();
  return path.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFKC");
}

function unsafe(path: string, why: string): TransferError {
  const shown = cleanText(path).slice(0, 80);
  return new TransferError("unsafe-name", `A path in the offer ${why}: ${JSON.stringify(shown)}`);
}
