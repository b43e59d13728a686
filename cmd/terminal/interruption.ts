/** Ctrl-C at any time: a signal, or a key of a terminal in raw mode. @module */
import type { Face } from "./face/face.ts";

const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM"];

/** Listens for an interruption until it is disposed. */
export class Interruption implements Disposable {
  readonly #controller = new AbortController();
  readonly #happened = (): void => this.#controller.abort(new Error("Interrupted"));

  /** Starts to listen for signals. */
  constructor() {
    for (const signal of SIGNALS) Deno.addSignalListener(signal, this.#happened);
  }

  /** Aborts at the interruption. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Treats the face's Ctrl-C as an interruption. */
  watch(face: Face): void {
    void face.interrupted.then(this.#happened);
  }

  /** Stops listening. */
  [Symbol.dispose](): void {
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, this.#happened);
  }
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
