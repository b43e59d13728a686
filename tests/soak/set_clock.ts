/** A clock that is set while a program runs, by libfaketime. @module */
import { join } from "node:path";

const LIBRARY = [
  "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
  "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
];

/** The wall clock of programs that are started with {@linkcode SetClock.env}; their steady clock is the machine's. */
export class SetClock {
  /** For the programs' environment. */
  readonly env: Readonly<Record<string, string>>;
  #file: string;
  #offsetMs = 0;

  /** @param folder Where it keeps its file. */
  constructor(folder: string) {
    this.#file = join(folder, "offset");
    this.set(0);
    this.env = {
      LD_PRELOAD: LIBRARY.find(isFile) ?? LIBRARY[0]!,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    };
  }

  /** Its time now, in milliseconds since 1970. */
  get now(): number {
    return Date.now() + this.#offsetMs;
  }

  /** Puts it ahead of the machine's, or behind. */
  set(offsetMs: number): void {
    this.#offsetMs = offsetMs;
    const sign = offsetMs < 0 ? "-" : "+";
    const next = `${this.#file}.next`;
    Deno.writeTextFileSync(next, `${sign}${Math.abs(offsetMs) / 1_000}\n`);
    Deno.renameSync(next, this.#file); // it is read all the time, and must never be seen half-written
  }
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false; // not on this machine
  }
}
