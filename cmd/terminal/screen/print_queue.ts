/** Lines that have not been printed yet. @module */

/** Of more lines, those a stopped terminal (Ctrl-S) cannot take, only the newest are printed. */
export const MAX_PENDING_LINES = 10_000;

/** A queue of lines that drops the oldest when it is full. */
export class PrintQueue {
  #lines: string[] = [];
  #dropped = 0;

  /** Adds the lines of `text`. */
  push(text: string): void {
    this.#lines.push(...text.split(/\r?\n/));
    const over = this.#lines.length - MAX_PENDING_LINES;
    if (over <= 0) return;
    this.#lines = this.#lines.slice(over);
    this.#dropped += over;
  }

  /** Takes all lines; the first one says how many were dropped, if any. */
  take(): readonly string[] {
    const lines = this.#lines;
    if (this.#dropped > 0) lines.unshift(`... ${this.#dropped} lines were not shown`);
    [this.#lines, this.#dropped] = [[], 0];
    return lines;
  }
}
