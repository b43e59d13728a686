/** Reads the bytes of a terminal. @module */
import type { ScreenInput } from "./types.ts";

/** Handles a chunk; the next one is read when it is done. */
export type OnInputBytes = (bytes: Uint8Array) => void | Promise<void>;

/** Calls `onBytes` for each chunk until the end or `close()`, then `onEnd` once. */
export class InputReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  readonly #reading: Promise<void>;

  constructor(input: ScreenInput, onBytes: OnInputBytes, onEnd: () => void) {
    this.#reader = input.readable.getReader();
    this.#reading = this.#read(onBytes).finally(onEnd);
  }

  /** Stops reading. */
  async close(): Promise<void> {
    await this.#reader.cancel();
    await this.#reading;
  }

  async #read(onBytes: OnInputBytes): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await this.#reader.read();
        if (done) return;
        await onBytes(value);
      }
    } catch {
      // the terminal is gone, which is the end of input as well
    }
  }
}
