/** Ctrl-C, at any time: by a signal, or typed on a terminal that hands over its keys. @module */
import type { Face } from "./face.ts";

const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM"];

/** Watches for an interruption until it is disposed. */
export class Interruption implements Disposable {
  readonly #controller = new AbortController();
  readonly #happened = (): void => this.#controller.abort(new Error("Interrupted"));

  /** Signals are watched from now on. */
  constructor() {
    for (const signal of SIGNALS) Deno.addSignalListener(signal, this.#happened);
  }

  /** Aborts at the interruption. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * The lines of a face. A terminal's are read one ahead, so that Ctrl-C is seen while nobody waits for a line;
   * elsewhere the next line may be a password, and stays for whoever asks for it.
   */
  linesOf(face: Face): AsyncIterator<string> {
    const lines = face.lines();
    if (!face.interactive) return lines;
    const read = () =>
      lines.next().then((next) => {
        if (next.done && face.outcome === "interrupted") this.#happened();
        return next;
      });
    let ahead = read();
    return {
      next: async () => {
        const next = await ahead;
        if (!next.done) ahead = read();
        return next;
      },
    };
  }

  /** Watches no more. */
  [Symbol.dispose](): void {
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, this.#happened);
  }
}
