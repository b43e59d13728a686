/** One write per turn of the event loop, and one at a time. @module */
import { yieldTurn } from "../../../core/breathe.ts";
import type { ScreenOutput } from "./types.ts";

const encoder = new TextEncoder();

/** Writes what `compose` gives; a terminal that is stopped (Ctrl-S) holds nobody up. */
export class BatchWriter {
  #wanted = false;
  #running: Promise<void> | undefined;
  #lost = false;

  constructor(
    private readonly output: ScreenOutput,
    private readonly compose: () => string,
    private readonly onLost: () => void,
  ) {}

  /** Asks for a write soon. */
  request(): void {
    this.#wanted = true;
    this.#running ??= this.#run();
  }

  /** Settles when all that was asked for is written, or the terminal is gone. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    await yieldTurn();
    while (this.#wanted && !this.#lost) {
      this.#wanted = false;
      await this.#write(encoder.encode(this.compose()));
    }
    this.#running = undefined;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < bytes.length;) at += await this.output.write(bytes.subarray(at));
    } catch {
      this.#lost = true; // the terminal has been closed: there is nobody to tell
      this.onLost();
    }
  }
}
