/** Writes to the terminal once per turn of the event loop, one write at a time. @module */
import { yieldTurn } from "../../../core/ground/breathe.ts";
import type { ScreenOutput } from "./types.ts";

const encoder = new TextEncoder();

/** Writes the result of `compose`. A stopped terminal (Ctrl-S) does not block the caller. */
export class BatchWriter {
  #wanted = false;
  #running: Promise<void> | undefined;
  #lost = false;

  constructor(
    private readonly output: ScreenOutput,
    private readonly compose: () => string,
    private readonly onLost: () => void,
  ) {}

  /** Requests a write. */
  request(): void {
    this.#wanted = true;
    this.#running ??= this.#run();
  }

  /** Resolves when all requests are written, or the terminal is gone. */
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
      this.#lost = true; // the terminal has been closed: there is nothing to report to
      this.onLost();
    }
  }
}
