/** Standard input off a terminal, line by line. @module */

/** Longest line, in characters; longer ones are cut. */
export const MAX_INPUT_BYTES = 64 * 1024;

/** Reads lines for one caller at a time: a command that needs a password, or the loop of commands. */
export class InputLines {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  readonly #lines: string[] = [];
  #rest = "";
  #ended = false;
  #reading: Promise<void> | undefined;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** The next line, without its line end; `undefined` at the end of the input. */
  async next(): Promise<string | undefined> {
    while (this.#lines.length === 0 && !this.#ended) {
      this.#reading ??= this.#read().finally(() => this.#reading = undefined);
      await this.#reading;
    }
    return this.#lines.shift();
  }

  /** Stops reading; a pending `next()` gives `undefined`. */
  async close(): Promise<void> {
    this.#ended = true;
    await this.#reader.cancel().catch(() => {}); // already closed
  }

  async #read(): Promise<void> {
    let bytes: Uint8Array | undefined;
    try {
      bytes = (await this.#reader.read()).value;
    } catch {
      bytes = undefined; // a broken input has ended
    }
    if (bytes === undefined) {
      this.#ended = true;
      if (this.#rest !== "") this.#lines.push(this.#rest);
      this.#rest = "";
      return;
    }
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split("\n");
    this.#rest = (lines.pop() ?? "").slice(0, MAX_INPUT_BYTES);
    this.#lines.push(...lines.map((line) => line.slice(0, MAX_INPUT_BYTES).replace(/\r$/, "")));
  }
}
