/**
 * The layout of rows: wrapping, widths, the position of the cursor. Pure.
 *
 * @module
 */
import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

/** Represents a line break inside the input line; a private-use character. */
export const LINE_BREAK = "\ue00a";

/** The content of the input line. */
export interface EditedInput {
  /** In front of the text; may contain SGR colours. */
  readonly prompt: string;
  readonly text: string;
  /** Index into `text`, in UTF-16 units. */
  readonly cursor: number;
}

/** Rows to draw, and the position of the cursor. */
export interface Layout {
  readonly rows: readonly string[];
  readonly cursorRow: number;
  readonly cursorColumn: number;
}

/** Rows are indented by the width of the line's first word if it is as short as a time or a mark. */
const MAX_INDENT = 8;
/** Below this width words are not kept whole: rows would be mostly empty. */
const MIN_WORD_COLUMNS = 30;
// deno-lint-ignore no-control-regex -- SGR sequences begin with a control character
const FIRST_WORD = /^(?:\x1b\[[\d;]*m|[^\s\x1b])*\s+/;
// deno-lint-ignore no-control-regex -- as above
const NOT_SGR = /(\x1b\[[\d;]*m)|[^]/g;

const PRINTABLE_ASCII = /^[ -~]$/;

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The grapheme clusters of `text`. */
export function* splitGraphemes(text: string): Generator<string> {
  for (const { segment } of graphemes.segment(text)) yield segment;
}

/**
 * Breaks prompt and text into at most `maxRows` rows of at most `columns` cells; of longer text, the
 * rows around the cursor.
 */
export function layoutInput(
  { prompt, text, cursor }: EditedInput,
  columns: number,
  maxRows: number,
): Layout {
  const head = fitWidth(prompt, Math.max(0, columns - 4));
  const rows = [head];
  let width = stringWidth(head);
  let [cursorRow, cursorColumn] = [0, width];
  let at = 0;
  for (const grapheme of splitGraphemes(text)) {
    const plain = PRINTABLE_ASCII.test(grapheme);
    const shown = plain ? grapheme : visible(grapheme, columns);
    const cells = plain ? 1 : stringWidth(shown);
    if (width + cells > columns) {
      rows.push("");
      width = 0;
    }
    if (at <= cursor) [cursorRow, cursorColumn] = [rows.length - 1, width];
    rows[rows.length - 1] += shown;
    width += cells;
    at += grapheme.length;
  }
  if (cursor >= at) {
    if (width >= columns) {
      rows.push("");
      width = 0;
    }
    [cursorRow, cursorColumn] = [rows.length - 1, width];
  }
  const first = Math.min(Math.max(0, cursorRow - maxRows + 1), Math.max(0, rows.length - maxRows));
  return { rows: rows.slice(first, first + maxRows), cursorRow: cursorRow - first, cursorColumn };
}

/** Truncates `text` to `columns` cells; keeps SGR colours, and resets them if it truncates. */
export function fitWidth(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let fitting = "";
  let width = 0;
  // deno-lint-ignore no-control-regex -- SGR sequences begin with a control character
  for (const part of text.split(/(\x1b\[[\d;:]*m)/)) {
    if (part.startsWith("\x1b")) {
      fitting += part;
      continue;
    }
    for (const grapheme of splitGraphemes(part)) {
      width += stringWidth(grapheme);
      if (width > columns) return `${fitting}\x1b[0m`;
      fitting += grapheme;
    }
  }
  return fitting;
}

/**
 * Wraps a line between words into rows of at most `columns` cells, and keeps colours. A longer word, such as a URL, is
 * not broken. Rows after the first are indented to its second word: `06:14 amy: ...`.
 */
export function wrapWords(line: string, columns: number): readonly string[] {
  if (columns < MIN_WORD_COLUMNS || stringWidth(line) <= columns) return [line];
  const first = FIRST_WORD.exec(line)?.[0] ?? "";
  const indent = stringWidth(first);
  if (indent > MAX_INDENT) return wrapped(line, columns);
  const body = first.replace(NOT_SGR, "$1") + line.slice(first.length);
  return wrapped(body, columns - indent)
    .map((row, at) => (at === 0 ? first : " ".repeat(indent)) + row);
}

/** Keeps leading blanks, e.g. of code; removes those at which a row was broken. */
function wrapped(line: string, columns: number): string[] {
  return wrapAnsi(line, columns, { trim: false }).split("\n")
    .map((row, at) => (at === 0 ? row : row.trimStart()).replace(/ +$/, ""));
}

/** The number of rows after the terminal has rewrapped rows drawn for another width. */
export function reflowedRows(widths: readonly number[], columns: number): number {
  return widths.reduce((rows, width) => rows + Math.max(1, Math.ceil(width / columns)), 0);
}

/** Arranges short texts in columns, as `ls` does. */
export function inColumns(texts: readonly string[], columns: number): readonly string[] {
  const cell = Math.max(1, ...texts.map((text) => stringWidth(text))) + 2;
  const perRow = Math.max(1, Math.floor(columns / cell));
  const rows: string[] = [];
  for (let at = 0; at < texts.length; at += perRow) {
    const padded = texts.slice(at, at + perRow)
      .map((text) => text + " ".repeat(cell - stringWidth(text)));
    rows.push(fitWidth(padded.join("").trimEnd(), columns));
  }
  return rows;
}

/** How a grapheme is drawn: no control characters, nothing wider than a row. */
function visible(grapheme: string, columns: number): string {
  if (grapheme === LINE_BREAK) return "↵";
  const shown = stripVTControlCharacters(grapheme).replace(/\p{Cc}/gu, "\ufffd");
  return shown === "" || stringWidth(shown) > columns ? "\ufffd" : shown;
}
