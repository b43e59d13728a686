/**
 * How far a transfer is.
 *
 * @module
 */

/** How far a transfer is, as both sides can show it. */
export interface Progress {
  /** The transfer: the id of its offer. */
  readonly id: string;
  /** The file that is under way, cleaned for display. */
  readonly file: string;
  /** Its number, from 1. */
  readonly fileIndex: number;
  /** How many there are in all. */
  readonly files: number;
  /** Bytes done, those from before a resume included. */
  readonly bytes: number;
  /** Bytes in all. */
  readonly total: number;
  /** Over the last seconds; 0 at the start. */
  readonly bytesPerSecond: number;
}

/** Told now and then while a transfer runs. */
export type OnProgress = (progress: Progress) => void;

/** Not more often than this: a screen and a log need no more. */
const TELL_EVERY_MS = 100;
/** The speed is taken over this time. */
const WINDOW_MS = 3_000;

/** Counts a transfer's bytes and tells about them in good time. */
export class ProgressMeter {
  readonly #onProgress: OnProgress | undefined;
  readonly #id: string;
  readonly #files: number;
  readonly #total: number;
  readonly #now: () => number;
  #bytes = 0;
  #file = "";
  #fileIndex = 0;
  #toldMs: number;
  #marks: { readonly ms: number; readonly bytes: number }[];

  /** Nothing has moved yet. */
  constructor(
    { id, files, total, onProgress, now = () => performance.now() }: {
      readonly id: string;
      readonly files: number;
      readonly total: number;
      readonly onProgress?: OnProgress | undefined;
      readonly now?: () => number;
    },
  ) {
    this.#id = id;
    this.#files = files;
    this.#total = total;
    this.#onProgress = onProgress;
    this.#now = now;
    this.#toldMs = now();
    this.#marks = [{ ms: this.#toldMs, bytes: 0 }];
  }

  /** Bytes that were there already, which say nothing about the speed. */
  skip(bytes: number): void {
    this.#bytes += bytes;
    this.#marks = this.#marks.map((mark) => ({ ms: mark.ms, bytes: mark.bytes + bytes }));
  }

  /** Bytes done so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A file begins. */
  file(name: string, fileIndex: number): void {
    this.#file = name;
    this.#fileIndex = fileIndex;
  }

  /** More bytes are through. */
  add(bytes: number): void {
    this.#bytes += bytes;
    if (!this.#onProgress || this.#now() - this.#toldMs < TELL_EVERY_MS) return;
    this.tell();
  }

  /** Tells now, whenever the last time was. */
  tell(): void {
    if (!this.#onProgress) return;
    const ms = this.#toldMs = this.#now();
    this.#marks = this.#marks.filter((mark) => ms - mark.ms <= WINDOW_MS);
    this.#marks.push({ ms, bytes: this.#bytes });
    const [oldest = { ms, bytes: this.#bytes }] = this.#marks;
    const elapsedMs = ms - oldest.ms;
    this.#onProgress({
      id: this.#id,
      file: this.#file,
      fileIndex: this.#fileIndex,
      files: this.#files,
      bytes: this.#bytes,
      total: this.#total,
      bytesPerSecond: elapsedMs > 0
        ? Math.round((this.#bytes - oldest.bytes) / elapsedMs * 1000)
        : 0,
    });
  }
}
