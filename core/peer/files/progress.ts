/**
 * Progress of a transfer.
 *
 * @module
 */

/** Progress of a transfer, for both sides. */
export interface Progress {
  /** The id of the offer. */
  readonly id: string;
  /** The current file, cleaned for display. */
  readonly file: string;
  /** Its number, from 1. */
  readonly fileIndex: number;
  /** Number of all files. */
  readonly files: number;
  /** Bytes done, including those from before a resume. */
  readonly bytes: number;
  /** All bytes. */
  readonly total: number;
  /** Average over the last seconds; 0 at the start. */
  readonly bytesPerSecond: number;
}

/** Called from time to time during a transfer. */
export type OnProgress = (progress: Progress) => void;

/** Shortest interval between reports. */
const REPORT_EVERY_MS = 100;
/** Window of the average speed. */
const WINDOW_MS = 3_000;

/** Counts a transfer's bytes and reports the progress. */
export class ProgressMeter {
  readonly #onProgress: OnProgress | undefined;
  readonly #id: string;
  readonly #files: number;
  readonly #total: number;
  readonly #now: () => number;
  #bytes = 0;
  #file = "";
  #fileIndex = 0;
  #reportedMs: number;
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
    this.#reportedMs = now();
    this.#marks = [{ ms: this.#reportedMs, bytes: 0 }];
  }

  /** Counts bytes that need not be sent, which do not count for the speed. */
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

  /** Counts transferred bytes. */
  add(bytes: number): void {
    this.#bytes += bytes;
    if (!this.#onProgress || this.#now() - this.#reportedMs < REPORT_EVERY_MS) return;
    this.report();
  }

  /** Reports now, independent of the interval. */
  report(): void {
    if (!this.#onProgress) return;
    const ms = this.#reportedMs = this.#now();
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
