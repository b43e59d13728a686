/** The terminal's mode while a screen has it: keys as they are pressed, pastes marked. @module */
import { PASTE_MARKS_OFF, PASTE_MARKS_ON } from "./keys.ts";
import type { Size } from "./painter.ts";
import type { ScreenOptions } from "./types.ts";

/** Takes the terminal, and gives it back as it was. */
export class ScreenMode {
  readonly #options: Pick<ScreenOptions, "stdin" | "stdout">;

  constructor(options: Pick<ScreenOptions, "stdin" | "stdout">) {
    this.#options = options;
  }

  /** Reads single keys from now on; `text` is written then. */
  take(text: string): void {
    this.#options.stdin.setRaw(true);
    this.#write(PASTE_MARKS_ON + text);
  }

  /** Writes `text`, and gives the terminal back. */
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

/** How large the terminal is, or may be. */
export function consoleSize(): Size {
  try {
    const { columns, rows } = Deno.consoleSize();
    return { columns: columns || 80, rows: rows || 24 };
  } catch {
    return { columns: 80, rows: 24 };
  }
}
