/** A terminal that can only print, and edits the typed line itself. @module */
import type { ScreenOptions } from "./types.ts";
import { BatchWriter } from "./writer.ts";

/** Writes text, and switches echo on and off. */
export class PlainTerminal {
  readonly #options: Pick<ScreenOptions, "stdin" | "stdout">;
  readonly #writer: BatchWriter;
  #pending = "";
  #isRaw = false;

  constructor(options: Pick<ScreenOptions, "stdin" | "stdout">, onLost: () => void) {
    this.#options = options;
    this.#writer = new BatchWriter(options.stdout, () => this.#compose(), onLost);
    addEventListener("unload", this.#echo);
  }

  /** Requests a write. */
  write(text: string): void {
    this.#pending += text;
    this.#writer.request();
  }

  /** Switches to single keys without echo. */
  hideTyping(): void {
    this.#isRaw = true;
    this.#options.stdin.setRaw(true);
  }

  /** Switches back to lines with echo. */
  showTyping(): void {
    this.#isRaw = false;
    this.#echo();
  }

  /** Restores the terminal, and resolves when all is written. */
  async close(): Promise<void> {
    removeEventListener("unload", this.#echo);
    this.showTyping();
    this.write("\n");
    await this.#writer.idle();
  }

  readonly #echo = (): void => {
    try {
      this.#options.stdin.setRaw(false);
    } catch {
      // the terminal has been closed: nothing to restore
    }
  };

  #compose(): string {
    // In raw mode a line feed alone does not return the carriage.
    const text = this.#isRaw ? this.#pending.replaceAll("\n", "\r\n") : this.#pending;
    this.#pending = "";
    return text;
  }
}
