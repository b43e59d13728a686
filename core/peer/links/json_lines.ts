/**
 * Lines of JSON and raw bytes over one link, in any order: a reader that keeps every byte it reads ahead, and writers
 * that write everything.
 *
 * @module
 */
import { ProtocolError } from "./errors.ts";

/** Longest line by default, in bytes, without the newline. */
export const MAX_JSON_LINE_BYTES = 64 * 1024;

/** A TLS record holds 16 KiB, and one read never returns more. */
const BUFFER_BYTES = 16 * 1024;
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** A source of bytes; every `Deno.Conn` is one. */
export interface ByteSource {
  /** Reads up to `into.length` bytes; `null` at the end. */
  read(into: Uint8Array): Promise<number | null>;
}

/** A sink of bytes; every `Deno.Conn` is one. */
export interface ByteSink {
  /** Writes some of `bytes` and returns how many. */
  write(bytes: Uint8Array): Promise<number>;
}

/**
 * The shape of a line: any synchronous schema of Standard Schema (standardschema.dev), such as those of valibot.
 */
export interface Shape<T> {
  /** The interface of Standard Schema. */
  readonly "~standard": {
    /** Returns the value, or what is wrong with it. */
    readonly validate: (value: unknown) => ShapeResult<T> | Promise<ShapeResult<T>>;
  };
}

/** The value if it has the shape, otherwise what is wrong with it. */
export type ShapeResult<T> =
  | { readonly value: T; readonly issues?: undefined }
  | { readonly issues: readonly ShapeIssue[] };

/** One mismatch. */
export interface ShapeIssue {
  /** The path to it, from the outside in. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * Reads lines and raw bytes from one source. Reads must not overlap.
 *
 * @example A line, then raw bytes
 * ```ts
 * import assert from "node:assert/strict";
 * import { LinkReader } from "./json_lines.ts";
 * const bytes = new TextEncoder().encode('{"size":3}\nabc');
 * const reader = new LinkReader({ read: (into) => (into.set(bytes), Promise.resolve(bytes.length)) });
 * assert.equal(await reader.readLine(100), '{"size":3}');
 * const rest = new Uint8Array(3);
 * assert.equal(await reader.read(rest), 3);
 * assert.equal(new TextDecoder().decode(rest), "abc");
 * ```
 */
export class LinkReader {
  readonly #source: ByteSource;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #buffer: Uint8Array = new Uint8Array(BUFFER_BYTES);
  #start = 0;
  #end = 0;

  /** Reads nothing yet. @param source Usually a connection. */
  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** Number of bytes read ahead. */
  get bufferedBytes(): number {
    return this.#end - this.#start;
  }

  /**
   * Reads one line, without its newline (and without a carriage return before it).
   *
   * @returns `null` when the source ends before the line begins.
   * @throws {ProtocolError} `too-long`, `cut`, `bad-text`. The reader is unusable afterwards.
   */
  async readLine(maxBytes: number = MAX_JSON_LINE_BYTES): Promise<string | null> {
    let searched = 0;
    while (true) {
      const waiting = this.#buffer.subarray(this.#start, this.#end);
      const at = waiting.indexOf(NEWLINE, searched);
      if (at > maxBytes || (at < 0 && waiting.length > maxBytes)) {
        throw new ProtocolError("too-long", `A line is longer than ${maxBytes} bytes`);
      }
      if (at >= 0) {
        this.#start += at + 1;
        return this.#decode(waiting.subarray(0, waiting[at - 1] === CARRIAGE_RETURN ? at - 1 : at));
      }
      searched = waiting.length;
      if (await this.#fill(maxBytes + 1) === null) {
        if (searched === 0) return null;
        throw new ProtocolError("cut", `The link ended inside a line, after ${searched} bytes`);
      }
    }
  }

  /**
   * Reads one line as JSON of the shape of `schema`.
   *
   * @returns `null` when the source ends before the line begins.
   * @throws {ProtocolError} Any fault. The reader is unusable afterwards.
   */
  async readJson<T>(
    schema: Shape<T>,
    maxBytes: number = MAX_JSON_LINE_BYTES,
  ): Promise<T | null> {
    const line = await this.readLine(maxBytes);
    return line === null ? null : parseJson(schema, line);
  }

  /** Reads raw bytes, those read ahead first; `null` at the end. */
  async read(into: Uint8Array): Promise<number | null> {
    if (this.#start === this.#end) return await this.#source.read(into);
    const bytes = this.#buffer.subarray(
      this.#start,
      Math.min(this.#end, this.#start + into.length),
    );
    into.set(bytes);
    this.#start += bytes.length;
    return bytes.length;
  }

  /**
   * Fills `into` to its last byte.
   *
   * @returns False when the source ends before the first byte.
   * @throws {ProtocolError} `cut` when it ends after the first byte.
   */
  async readFull(into: Uint8Array): Promise<boolean> {
    let filled = 0;
    while (filled < into.length) {
      const count = await this.read(into.subarray(filled));
      if (count === null) {
        if (filled === 0) return false;
        throw new ProtocolError(
          "cut",
          `The link ended after ${filled} of ${into.length} bytes`,
        );
      }
      filled += count;
    }
    return true;
  }

  #decode(line: Uint8Array): string {
    try {
      return this.#decoder.decode(line);
    } catch (cause) {
      throw new ProtocolError("bad-text", "A line is not UTF-8", { cause });
    }
  }

  /** Reads more bytes ahead; the buffer never exceeds twice the longest line. */
  async #fill(neededBytes: number): Promise<number | null> {
    if (this.#start > 0) {
      this.#buffer.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    }
    if (this.#end === this.#buffer.length) {
      const larger = new Uint8Array(
        Math.max(BUFFER_BYTES, Math.min(2 * this.#end, neededBytes)),
      );
      larger.set(this.#buffer);
      this.#buffer = larger;
    }
    const count = await this.#source.read(this.#buffer.subarray(this.#end));
    if (count !== null) this.#end += count;
    return count;
  }
}

/**
 * Reads a line as JSON of the shape of `schema`.
 *
 * @throws {ProtocolError} `bad-json` or `bad-shape`.
 *
 * @example Unknown extra fields are refused, where the schema is strict
 * ```ts
 * import assert from "node:assert/strict";
 * import * as v from "valibot";
 * import { parseJson } from "./json_lines.ts";
 * const ack = v.strictObject({ ack: v.string() });
 * assert.deepEqual(parseJson(ack, '{"ack":"7"}'), { ack: "7" });
 * assert.throws(() => parseJson(ack, '{"ack":"7","more":1}'), { fault: "bad-shape" });
 * ```
 */
export function parseJson<T>(schema: Shape<T>, line: string): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new ProtocolError("bad-json", "A line is not JSON", { cause });
  }
  const result = schema["~standard"].validate(value);
  if (result instanceof Promise) throw new TypeError("Cannot read a line with a schema that waits");
  if (result.issues === undefined) return result.value;
  throw new ProtocolError(
    "bad-shape",
    `A line has the wrong shape at ${placeOf(result.issues[0])}`,
  );
}

/** Writes all of `bytes`. Concurrent writes must be serialized, or their bytes mix. */
export async function writeAll(sink: ByteSink, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await sink.write(bytes.subarray(at));
}

/** Writes `value` as one line of JSON. */
export async function writeJson(sink: ByteSink, value: unknown): Promise<void> {
  await writeAll(sink, formatJsonLine(value));
}

/** Encodes one line of JSON with its newline. JSON itself never contains a raw newline. */
export function formatJsonLine(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value) + "\n");
}

function placeOf(issue: ShapeIssue | undefined): string {
  const keys = issue?.path?.map((part) => typeof part === "object" ? part.key : part) ?? [];
  return keys.length === 0 ? "its top" : keys.map(String).join(".").slice(0, 80);
}
