/** The input history, in a file that several sessions share. @module */
import { requireRegular, requireRegularIfExists } from "../../../core/ground/regular_file.ts";
import { LineEditor } from "./editor.ts";
import { LINE_BREAK } from "./layout.ts";
import type { ScreenOptions } from "./types.ts";

/** Lines kept; older ones are dropped when the file is opened. */
const MAX_INPUT_HISTORY_LINES = 1_000;

// More than 1,000 lines can have: a larger file is not a history.
const MAX_HISTORY_BYTES = 4 * 1024 * 1024;

/** Entered lines, and their file if there is one. An unreadable file counts as empty. */
export class InputHistory {
  readonly #file: string | undefined;
  readonly #keeps: (line: string) => boolean;

  constructor(
    { historyFile, keepInHistory = () => true }: Pick<
      ScreenOptions,
      "historyFile" | "keepInHistory"
    >,
  ) {
    this.#file = historyFile;
    this.#keeps = (line) => line.split(LINE_BREAK).every((part) => keepInHistory(part));
  }

  /** An editor with the history on its arrow keys; entered lines are added to it. */
  openEditor(): LineEditor {
    return new LineEditor({
      history: this.#file === undefined ? [] : loadHistory(this.#file).toReversed(),
      historySize: MAX_INPUT_HISTORY_LINES,
      keepInHistory: this.#keeps,
    });
  }

  /** Appends a line to the file, unless it is empty or must not be kept. */
  remember(line: string): void {
    if (this.#file !== undefined && line !== "" && this.#keeps(line)) {
      appendHistory(this.#file, line);
    }
  }
}

/** The lines of the file, oldest first. A file with too many lines is truncated. */
function loadHistory(path: string): readonly string[] {
  const text = readIfSmall(path);
  const all = text.split("\n").filter((line) => line !== "").map((line) =>
    line.replaceAll(/\p{Cc}/gu, "\ufffd")
  );
  const kept = all.slice(-MAX_INPUT_HISTORY_LINES);
  if (text !== "") restrict(path);
  if (all.length > kept.length) rewrite(path, kept);
  return kept;
}

/** Appends one line; several clients may append to the same file. */
function appendHistory(path: string, line: string): void {
  const oneLine = line.replaceAll(/\p{Cc}/gu, LINE_BREAK);
  try {
    requireRegularIfExists(path); // opening a named pipe would block until it has a reader
    Deno.writeTextFileSync(path, `${oneLine}\n`, { append: true, create: true, mode: 0o600 });
  } catch {
    // Chatting works without a history, e.g. on a full or read-only disk.
  }
}

function readIfSmall(path: string): string {
  try {
    const info = Deno.statSync(path);
    requireRegular(info);
    return info.size > MAX_HISTORY_BYTES ? "" : Deno.readTextFileSync(path);
  } catch {
    return ""; // missing or not readable: no history
  }
}

/** Removes the permissions of other users. */
function restrict(path: string): void {
  if (Deno.build.os === "windows") return;
  try {
    Deno.chmodSync(path, 0o600);
  } catch {
    // owned by another user, who may read it anyway
  }
}

function rewrite(path: string, lines: readonly string[]): void {
  const fresh = `${path}.${Deno.pid}.new`;
  try {
    Deno.writeTextFileSync(fresh, lines.map((line) => `${line}\n`).join(""), { mode: 0o600 });
    Deno.renameSync(fresh, path);
  } catch {
    // the longer file stays, which is harmless
  }
}
