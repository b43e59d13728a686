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

  /** Takes the face's Ctrl-C for one. */
  watch(face: Face): void {
    void face.interrupted.then(this.#happened);
  }

  /** Watches no more. */
  [Symbol.dispose](): void {
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, this.#happened);
  }
}

/** Resolves when it is over. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
