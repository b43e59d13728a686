/**
 * Turns printed lines and the input area into escape sequences.
 *
 * The area (status line, prompt, typed text) is drawn below the printed lines, on the main screen: the
 * terminal scrolls and selects what was printed.
 *
 * @module
 */
import stringWidth from "string-width";
import { type EditedInput, fitWidth, layoutInput, reflowedRows, wrapWords } from "./layout.ts";

/** The terminal's size in cells. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** The area at the bottom. */
export interface Area extends EditedInput {
  /** One line above the prompt; none when empty. */
  readonly status: string;
  /** Rows above the status line. */
  readonly activity?: (columns: number) => readonly string[];
}

interface Painted {
  readonly widths: readonly number[];
  readonly cursorRow: number;
  readonly cursorColumn: number;
  readonly columns: number;
}

// Synchronized output (DEC private mode 2026): a terminal that supports it shows a frame as a whole,
// others ignore it.
const BEGIN_UPDATE = "\x1b[?2026h";
const END_UPDATE = "\x1b[?2026l";

const NOTHING: Painted = { widths: [0], cursorRow: 0, cursorColumn: 0, columns: 1 };

/** Remembers the last frame, so that the next one starts at the right row. */
export class Painter {
  #painted = NOTHING;
  #shown = "";

  /** The output that prints `lines` above the area; empty when nothing has changed. */
  paint(lines: readonly string[], area: Area, size: Size): string {
    // The last column stays free: a full row leaves the cursor in a state terminals disagree on.
    const columns = Math.max(1, size.columns - 1);
    const status = area.status === "" ? [] : [`${fitWidth(area.status, columns)}\x1b[0m`];
    const above = [...activityRows(area, columns, size.rows), ...status];
    const input = layoutInput(area, columns, Math.max(1, size.rows - above.length - 1));
    const rows = [...above, ...input.rows];
    const cursorRow = above.length + input.cursorRow;

    const shown = rows.map((row) => `${row}\x1b[K`).join("\r\n") + "\x1b[J" +
      up(rows.length - 1 - cursorRow) + "\r" + right(input.cursorColumn);
    const resized = size.columns !== this.#painted.columns;
    if (lines.length === 0 && !resized && shown === this.#shown) return "";
    // After a resize rows are erased before they are drawn: else the terminal takes those it has
    // broken itself for one line still, and joins them when it becomes wider.
    const erase = lines.length > 0 || resized ? "\x1b[J" : "";
    const printed = printedRows(lines, size.columns);
    const text = BEGIN_UPDATE + this.#toTop(size.columns) + erase + printed + shown + END_UPDATE;
    this.#shown = shown;
    this.#painted = {
      widths: rows.map((row) => stringWidth(row)),
      cursorRow,
      cursorColumn: input.cursorColumn,
      columns: size.columns,
    };
    return text;
  }

  /**
   * What to write before the first `paint()`: the area belongs at the bottom, where a terminal that
   * becomes narrow and breaks the rows above anew does not push it out of reach.
   */
  open(): string {
    this.#forget();
    return "\x1b[999B\r";
  }

  /** What to write to clear the whole screen; the area is drawn by the next `paint()`. */
  clear(): string {
    return `\x1b[2J${this.open()}`;
  }

  /** What to write to take the area away, with `lines` as the last that is printed. */
  finish(lines: readonly string[], columns: number): string {
    const text = `${this.#toTop(columns)}\x1b[J${printedRows(lines, columns)}`;
    this.#forget();
    return text;
  }

  /** Moves to the area's first row, counting the rows a narrower terminal has broken in two. */
  #toTop(columns: number): string {
    const { widths, cursorRow, cursorColumn, columns: before } = this.#painted;
    const rowsAbove = columns < before
      ? reflowedRows(widths.slice(0, cursorRow), columns) + Math.floor(cursorColumn / columns)
      : cursorRow;
    return `\r${up(rowsAbove)}`;
  }

  #forget(): void {
    this.#painted = NOTHING;
    this.#shown = "";
  }
}

function printedRows(lines: readonly string[], columns: number): string {
  return lines.flatMap((line) => wrapWords(line, columns))
    .map((row) => `${row}\x1b[0m\r\n`).join("");
}

/** As many as a third of the screen holds. */
function activityRows({ activity }: Area, columns: number, screenRows: number): string[] {
  const rows = activity?.(columns) ?? [];
  const most = Math.max(1, Math.floor(screenRows / 3));
  const shown = rows.length > most
    ? [...rows.slice(0, most - 1), `... and ${rows.length - most + 1} more`]
    : rows;
  return shown.map((row) => `${fitWidth(row, columns)}\x1b[0m`);
}

function up(rows: number): string {
  return rows > 0 ? `\x1b[${rows}A` : "";
}

function right(columns: number): string {
  return columns > 0 ? `\x1b[${columns}C` : "";
}
