/** Switches the terminal to raw mode with bracketed paste, and back. @module */
import { PASTE_MARKS_OFF, PASTE_MARKS_ON } from "./keys.ts";
import type { Size } from "./painter.ts";
import type { ScreenOptions } from "./types.ts";

/** Raw mode and bracketed paste of one terminal. */
export class ScreenMode {
  readonly #options: Pick<ScreenOptions, "stdin" | "stdout">;

  constructor(options: Pick<ScreenOptions, "stdin" | "stdout">) {
    this.#options = options;
  }

  /** Switches to raw mode, then writes `text`. */
  take(text: string): void {
    this.#options.stdin.setRaw(true);
    this.#write(PASTE_MARKS_ON + text);
  }

  /** Writes `text`, then switches back. */
  giveBack(text = ""): void {
    this.#write(text + PASTE_MARKS_OFF);
    try {
      this.#options.stdin.setRaw(false);
    } catch {
      // the terminal has been closed: nothing to restore
    }
  }

  #write(text: string): void {
    try {
      this.#options.stdout.writeSync(new TextEncoder().encode(text));
    } catch {
      // as above
    }
  }
}

/** The size of the terminal, 80 x 24 if it is unknown. */
export function consoleSize(): Size {
  try {
    const { columns, rows } = Deno.consoleSize();
    return { columns: columns || 80, rows: rows || 24 };
  } catch {
    return { columns: 80, rows: 24 };
  }
}
