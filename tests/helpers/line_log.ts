/** Lines of a running program, kept and waited for. @module */
import { within } from "./deadline.ts";

interface Waiter {
  /** Takes the line if it matches; returns whether it does. */
  readonly offer: (line: string) => boolean;
  readonly fail: (reason: Error) => void;
}

/**
 * Collects lines; each wait takes the oldest line that fits and that no earlier wait has taken, so
 * the order in which a test asks need not be the order in which lines arrive.
 */
export class LineLog {
  readonly #untaken: string[] = [];
  readonly #waiters = new Set<Waiter>();
  #ended = false;

  /** `explain()` is added to the error of a wait that fails. */
  constructor(private readonly explain: () => string) {}

  /** Reads `stream` to its end; `onLine` sees each line as well. */
  async read(
    stream: ReadableStream<Uint8Array<ArrayBuffer>>,
    onLine: (line: string) => void,
  ): Promise<void> {
    let rest = "";
    for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.#add(line.replace(/\r$/, ""), onLine);
    }
    if (rest !== "") this.#add(rest, onLine);
    this.#ended = true;
    for (const waiter of [...this.#waiters]) waiter.fail(new Error("The program's output ended"));
  }

  /** The first line for which `pick` returns a value; the others stay. */
  async take<T>(
    what: string,
    pick: (line: string) => T | undefined,
    timeoutMs: number,
  ): Promise<T> {
    for (const [at, line] of this.#untaken.entries()) {
      const picked = pick(line);
      if (picked === undefined) continue;
      this.#untaken.splice(at, 1);
      return picked;
    }
    const explain = () => `No ${what} within ${timeoutMs} ms\n${this.explain()}`;
    if (this.#ended) throw new Error(`No ${what}: the output has ended\n${this.explain()}`);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const waiter: Waiter = {
      offer: (line) => {
        const picked = pick(line);
        if (picked !== undefined) resolve(picked);
        return picked !== undefined;
      },
      fail: ({ message }) => reject(new Error(`No ${what}: ${message}\n${this.explain()}`)),
    };
    this.#waiters.add(waiter);
    try {
      return await within(promise, timeoutMs, explain);
    } finally {
      this.#waiters.delete(waiter);
    }
  }

  #add(line: string, onLine: (line: string) => void): void {
    onLine(line);
    for (const waiter of this.#waiters) {
      if (!waiter.offer(line)) continue;
      this.#waiters.delete(waiter);
      return;
    }
    this.#untaken.push(line);
  }
}
