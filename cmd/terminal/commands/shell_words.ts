/** Splits words as a shell does: quotes, backslashes, `~`, `$HOME`. Pure. @module */
import { isFileUrl, pathOfFileUrl } from "../../../core/ground/file_url.ts";

/** One word, and its position in the line. */
export interface ShellWord {
  /** Without its quotes and backslashes. */
  readonly text: string;
  readonly from: number;
  /** The index after its last character. */
  readonly to: number;
  /** A quote that is not closed. */
  readonly open: "'" | '"' | "";
  /** Whether it begins with an unquoted `~`. */
  readonly isHome: boolean;
  /** Whether it begins with a `$` that is neither escaped nor in single quotes. */
  readonly isVariable: boolean;
}

/** How a backslash is read: on Windows it separates folders. */
export interface ShellOptions {
  readonly backslashEscapes?: boolean;
}

const SPECIAL = /["'\\\s~]/;

/**
 * Splits `line` into words. An open quote extends to the end.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { splitShellWords } from "./shell_words.ts";
 * const words = splitShellWords(String.raw`bob "my file.txt" it\'s`, { backslashEscapes: true });
 * assert.deepEqual(words.map(({ text }) => text), ["bob", "my file.txt", "it's"]);
 * ```
 */
export function splitShellWords(
  line: string,
  { backslashEscapes = Deno.build.os !== "windows" }: ShellOptions = {},
): ShellWord[] {
  const words: ShellWord[] = [];
  let at = 0;
  while (at < line.length) {
    if (/\s/.test(line[at]!)) {
      at++;
      continue;
    }
    const from = at;
    const isHome = line[at] === "~";
    const isVariable = line[at] === "$" || line.startsWith('"$', at);
    let text = "";
    let open: ShellWord["open"] = "";
    for (; at < line.length && (open !== "" || !/\s/.test(line[at]!)); at++) {
      const character = line[at]!;
      if (character === open) open = "";
      else if (open === "" && (character === "'" || character === '"')) open = character;
      else if (backslashEscapes && character === "\\" && open !== "'" && at + 1 < line.length) {
        text += line[++at];
      } else text += character;
    }
    words.push({ text, from, to: at, open, isHome, isVariable });
  }
  return words;
}

/**
 * `line` as one word, which may have spaces without being quoted; `undefined` when text follows a quoted word.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { restAsWord } from "./shell_words.ts";
 * for (const line of ["my dir", `"my dir"`, "'my dir'"]) assert.equal(restAsWord(line)?.text, "my dir");
 * assert.equal(restAsWord("what's new")?.text, "what's new");
 * ```
 */
export function restAsWord(line: string, options: ShellOptions = {}): ShellWord | undefined {
  const words = splitShellWords(line, options);
  const isQuoted = /^["']/.test(line);
  const [first, second] = words;
  if (second === undefined && (isQuoted || first?.open === "")) return first;
  if (isQuoted) return undefined;
  // Later quotes belong to the name, as in "what's new".
  const text = /["']/.test(line) ? line : words.map(({ text }, at) => (
    line.slice(words[at - 1]?.to ?? 0, words[at]?.from) + text
  )).join("");
  const { isHome = false, isVariable = false } = first ?? {};
  return { text, from: 0, to: line.length, open: "", isHome, isVariable };
}

/**
 * The path that a word means: `~/x`, `$HOME/x` and `${HOME}/x` are below `home`; a `file:` URL is the file it names.
 * Only for paths that the user typed: others must not choose a path.
 *
 * @throws {TypeError} When a `file:` URL does not name a file of this machine.
 */
export function pathOf(
  { text, isHome, isVariable }: Pick<ShellWord, "text" | "isHome" | "isVariable">,
  home: string,
): string {
  if (isFileUrl(text)) return pathOfFileUrl(text);
  const variable = isVariable ? /^\$(?:HOME|\{HOME\})(?=[/\\]|$)/.exec(text) : null;
  if (variable) return home + text.slice(variable[0].length);
  return isHome && /^~([/\\]|$)/.test(text) ? home + text.slice(1) : text;
}

/** `path` quoted for {@linkcode splitShellWords}; `open` is a quote that is already open. */
export function quoteWord(
  path: string,
  open: ShellWord["open"] = "",
  { backslashEscapes = Deno.build.os !== "windows" }: ShellOptions = {},
): string {
  if (open === "'") return `'${path}`;
  if (open === '"') return `"${backslashEscapes ? path.replace(/["\\]/g, "\\$&") : path}`;
  if (backslashEscapes) return path.replace(/["'\\\s]/g, "\\$&").replace(/^[~$]/, "\\$&");
  return SPECIAL.test(path) ? `"${path}"` : path;
}
