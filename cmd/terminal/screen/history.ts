/** What was typed, kept in a file between sessions. @module */
import { requireRegular } from "../../../core/regular_file.ts";
import { LineEditor } from "./editor.ts";
import { LINE_BREAK } from "./layout.ts";
import type { ScreenOptions } from "./types.ts";

/** Lines kept; older ones are dropped when the file is opened. */
const MAX_INPUT_HISTORY_LINES = 1_000;

// Twice the lines and a generous length each: beyond it the file is not one of ours.
const MAX_HISTORY_BYTES = 4 * 1024 * 1024;

/** Entered lines, in a file if there is one. A file that cannot be read counts as empty. */
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

  /** An editor that goes through the history by its arrow keys, and adds to it what is entered. */
  openEditor(): LineEditor {
    return new LineEditor({
      history: this.#file === undefined ? [] : loadHistory(this.#file).toReversed(),
      historySize: MAX_INPUT_HISTORY_LINES,
      keepInHistory: this.#keeps,
    });
  }

  /** Adds a line to the file, unless it is empty or one that must not be kept. */
  remember(line: string): void {
    if (this.#file !== undefined && line !== "" && this.#keeps(line)) {
      appendHistory(this.#file, line);
    }
  }
}

/** The lines of the file, oldest first. It is cut when it has grown past its limit. */
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

/** Adds one line; several clients may add to the same file. */
function appendHistory(path: string, line: string): void {
  const oneLine = line.replaceAll(/\p{Cc}/gu, LINE_BREAK);
  try {
    requireAppendable(path);
    Deno.writeTextFileSync(path, `${oneLine}\n`, { append: true, create: true, mode: 0o600 });
  } catch {
    // A full or read-only disk loses the convenience, not the conversation.
  }
}

/** Opening a named pipe would wait for who reads it. */
function requireAppendable(path: string): void {
  try {
    requireRegular(Deno.statSync(path));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function readIfSmall(path: string): string {
  try {
    const info = Deno.statSync(path);
    requireRegular(info);
    return info.size > MAX_HISTORY_BYTES ? "" : Deno.readTextFileSync(path);
  } catch {
    return ""; // not there yet, or not readable: both mean no history
  }
}

/** Takes away what others may do with the file, whoever made it. */
function restrict(path: string): void {
  if (Deno.build.os === "windows") return;
  try {
    Deno.chmodSync(path, 0o600);
  } catch {
    // not ours to change; then others wrote it, and nothing secret is in it
  }
}

function rewrite(path: string, lines: readonly string[]): void {
  const fresh = `${path}.${Deno.pid}.new`;
  try {
    Deno.writeTextFileSync(fresh, lines.map((line) => `${line}\n`).join(""), { mode: 0o600 });
    Deno.renameSync(fresh, path);
  } catch {
    // the longer file stays, which does no harm
  }
}
