/**
 * One running ffmpeg or ffplay: start, write, read, stop, and its last error messages.
 *
 * A process never outlives this program. When this program is killed, the pipes close: a player sees the end
 * of its input, an encoder fails on its next write.
 *
 * @module
 */
import { cleanText } from "../ground/text.ts";
import { MediaError } from "./errors.ts";
import { startError, type Tool } from "./start_error.ts";

/** Bytes of standard error that are kept: its end. */
const MAX_STDERR_CHARACTERS = 4_096;
/** Last messages are cut to this, to fit on a screen. */
const MAX_LAST_WORDS = 300;
/** Lines that summarize, warn of something usual, or list what a library has tried. */
const SAYS_NOTHING = new RegExp(
  "^(" + [
    ...["Conversion failed!", "Exiting normally", "size=", "frame=", "\\(Did you set the DISPLAY"],
    ...[
      "Ignoring maximum wav data size",
      "Estimating duration from bitrate",
      "Guessed Channel Layout",
    ],
    ...["deprecated pixel format", "ALSA lib ", "error: XDG_RUNTIME_DIR"],
    "Failed to open file '.*' or configure filtergraph",
    "Stream #\\d+: not enough frames to estimate rate",
  ].join("|") + ")",
);
/** A process that was asked to end is killed after this. */
const GRACE_MS = 1_000;

/** Options for {@linkcode MediaProcess.start}. */
export interface MediaProcessOptions {
  /** Ends the process. */
  readonly signal?: AbortSignal | undefined;
  /** Added to the environment, e.g. `SDL_AUDIODRIVER`. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Opens its standard input for writing. Otherwise its input is empty. */
  readonly input?: boolean;
  /** Opens its standard output for reading. Otherwise its output is discarded. */
  readonly output?: boolean;
}

/** How a process ended. */
export interface ProcessEnd {
  /** Exit code 0. */
  readonly ok: boolean;
  /** Whether {@linkcode MediaProcess.stop} or the signal ended it. */
  readonly stopped: boolean;
  /** Exit code; 128 and more for a signal. */
  readonly code: number;
  /** The end of what it wrote to standard error, safe to show; may be empty. */
  readonly lastWords: string;
}

/**
 * A running ffmpeg or ffplay.
 *
 * Needs `--allow-run=ffmpeg,ffplay`.
 *
 * @example The last messages of a program are kept
 * ```ts
 * import assert from "node:assert/strict";
 * import { MediaProcess } from "./ffmpeg.ts";
 * await using run = MediaProcess.start("ffmpeg", ["-v", "error", "-i", "file:none.mp3", "-f", "null", "-"]);
 * const end = await run.ended;
 * assert.equal(end.ok, false);
 * assert.equal(end.lastWords, "file:none.mp3: No such file or directory");
 * ```
 */
export class MediaProcess implements AsyncDisposable {
  /** Resolves when the process is gone; never rejects. */
  readonly ended: Promise<ProcessEnd>;
  readonly #child: Deno.ChildProcess;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array> | undefined;
  #stopped = false;
  #gone = false;
  #stderr = "";

  private constructor(child: Deno.ChildProcess, options: MediaProcessOptions) {
    this.#child = child;
    this.#reader = options.output ? child.stdout.getReader() : undefined;
    this.#writer = options.input ? child.stdin.getWriter() : undefined;
    // A broken pipe shows in write() too; here it would only be an unhandled rejection.
    this.#writer?.closed.catch(() => {});
    const onAbort = () => void this.stop();
    options.signal?.addEventListener("abort", onAbort, { once: true });
    this.ended = this.#watch().finally(() => options.signal?.removeEventListener("abort", onAbort));
  }

  /**
   * Starts a tool.
   *
   * @throws {MediaError} `missing`, `not-executable` or `not-allowed`.
   * @throws The signal's reason when it is aborted already.
   */
  static start(
    tool: Tool,
    args: readonly string[],
    options: MediaProcessOptions = {},
  ): MediaProcess {
    options.signal?.throwIfAborted();
    const command = new Deno.Command(tool, {
      args: [...args],
      ...(options.env && { env: { ...options.env } }),
      stdin: options.input ? "piped" : "null",
      stdout: options.output ? "piped" : "null",
      stderr: "piped",
    });
    try {
      return new MediaProcess(command.spawn(), options);
    } catch (cause) {
      throw startError(tool, cause);
    }
  }

  /** Process id. */
  get pid(): number {
    return this.#child.pid;
  }

  /** The end of what it has written to standard error so far, as it wrote it: not safe to show. */
  get stderr(): string {
    return this.#stderr;
  }

  /** Reads the next bytes of its output; `undefined` at the end. */
  async read(): Promise<Uint8Array | undefined> {
    return (await this.#reader?.read())?.value;
  }

  /**
   * Writes to its input, and waits while it is busy.
   *
   * @returns False when it no longer reads.
   */
  async write(bytes: Uint8Array): Promise<boolean> {
    try {
      await this.#writer?.ready;
      await this.#writer?.write(bytes);
      return this.#writer !== undefined;
    } catch {
      return false; // `ended` has the reason
    }
  }

  /** Ends its input, so that it finishes what it has. */
  async closeInput(): Promise<void> {
    try {
      await this.#writer?.close();
    } catch {
      // It is closed already, or no longer read: both are fine.
    }
  }

  /** Ends the process and waits until it is gone. May be called at any time. */
  async stop(): Promise<ProcessEnd> {
    if (this.#gone || this.#stopped) return await this.ended;
    this.#stopped = true;
    // A program that waits for its pipes would not handle the signal: close them first.
    void this.#reader?.cancel().catch(() => {});
    void this.#writer?.abort().catch(() => {});
    this.#kill("SIGTERM");
    const timer = setTimeout(() => this.#kill("SIGKILL"), GRACE_MS);
    try {
      return await this.ended;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Same as {@linkcode stop}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.#reader?.cancel().catch(() => {});
    await this.#writer?.abort().catch(() => {});
  }

  async #watch(): Promise<ProcessEnd> {
    const [status] = await Promise.all([this.#child.status, this.#keepStderr()]);
    this.#gone = true;
    return {
      ok: status.success,
      stopped: this.#stopped,
      code: status.code,
      lastWords: lastWords(this.#stderr),
    };
  }

  async #keepStderr(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of this.#child.stderr) {
      const text = this.#stderr + decoder.decode(bytes, { stream: true });
      this.#stderr = text.slice(-MAX_STDERR_CHARACTERS);
    }
  }

  #kill(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch {
      // It is gone already.
    }
  }
}

/**
 * Checks that a tool can be started and prints its version.
 *
 * Needs `--allow-run=ffmpeg,ffplay`.
 *
 * @throws {MediaError} `missing`, `not-executable` or `not-allowed`.
 */
export async function checkTool(tool: Tool, signal?: AbortSignal): Promise<void> {
  await using process = MediaProcess.start(tool, ["-version"], { signal });
  const { ok, code, lastWords } = await process.ended;
  if (ok) return;
  const why = lastWords || `exit code ${code}`;
  throw new MediaError("not-executable", `Cannot use ${tool}, it ends at once: ${why}`);
}

/**
 * The lines of ffmpeg's standard error that say what happened: the last three, without memory
 * addresses, summary and harmless warnings.
 */
export function lastWords(stderr: string): string {
  const lines = stderr.split(/[\r\n]+/)
    .map((line) => cleanText(line).replace(/^\[[^\]]* @ 0x[0-9a-f]+\] /, "").trim())
    .filter((line) => line !== "" && !SAYS_NOTHING.test(line));
  return [...new Set(lines)].slice(-3).join("; ").slice(-MAX_LAST_WORDS);
}
