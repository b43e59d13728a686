/**
 * The map of a part: which of its files are complete, and which chunks of the current one are
 * verified. A line is appended after its data is on the disk, so the map never claims too much;
 * a last line that was truncated by a crash is ignored.
 *
 * The map is also the lock of its part: one transfer at a time, released when the process
 * ends in any way.
 *
 * @module
 */
import * as v from "valibot";

/** The identity of a part. Another peer's part of the same name is not touched. */
export interface PartIdentity {
  /** The sender: the pin of its key. */
  readonly peer: string;
  /** The root's place, from `SafePaths`. */
  readonly root: string;
  readonly kind: "file" | "folder";
}

/** The map's entry of one file. */
export interface PartRecord {
  readonly bytes: number;
  readonly mtimeMs: number;
  /** One for each verified chunk: SHA-256 from the file's start to the chunk's end. */
  readonly checks: Uint8Array[];
  /** State of the hash before the last of these chunks, if it can be saved. */
  state?: Uint8Array | undefined;
  /** Hexadecimal, once the file is complete. */
  readonly sha256?: string;
}

/** Size and modification time of a file, which identify it on a resume. */
export interface FileStamp {
  readonly bytes: number;
  readonly mtimeMs: number;
}

/** Parsed content of a map. */
interface MapContent {
  readonly records: Map<string, PartRecord>;
  readonly name?: string | undefined;
}

/** Lines are buffered up to this length while small files are received. */
const FLUSH_CHARACTERS = 16 * 1024;

const headSchema = v.strictObject({
  part: v.literal(1),
  peer: v.string(),
  root: v.string(),
  kind: v.picklist(["file", "folder"]),
});
const lineSchema = v.union([
  v.strictObject({ file: v.string(), bytes: v.number(), mtimeMs: v.number(), chunks: v.number() }),
  v.strictObject({ check: v.string(), state: v.exactOptional(v.string()) }),
  v.strictObject({ named: v.string() }),
  v.strictObject({ done: v.string(), bytes: v.number(), mtimeMs: v.number(), sha256: v.string() }),
]);

/** An open and locked map. */
export class PartMap implements Disposable {
  readonly #file: Deno.FsFile;
  readonly #records: Map<string, PartRecord>;
  readonly #encoder = new TextEncoder();
  #name: string | undefined;
  #current: PartRecord | undefined;
  #pending = "";
  #open = true;

  private constructor(file: Deno.FsFile, { records, name }: MapContent) {
    this.#file = file;
    this.#records = records;
    this.#name = name;
  }

  /**
   * Creates a new map. Needs `--allow-write`.
   *
   * @throws {Deno.errors.AlreadyExists}
   */
  static create(path: string, identity: PartIdentity): PartMap {
    const file = Deno.openSync(path, { read: true, write: true, createNew: true });
    const map = new PartMap(file, { records: new Map() });
    try {
      file.tryLockSync(true);
      map.#add({ part: 1, ...identity });
      map.flush();
    } catch (error) {
      file.close();
      Deno.removeSync(path); // created just now, and useless
      throw error;
    }
    return map;
  }

  /**
   * Opens an existing map. Returns undefined when it is missing, belongs to something else, is in use or
   * cannot be read.
   */
  static tryOpen(path: string, identity: PartIdentity): PartMap | undefined {
    let file: Deno.FsFile;
    try {
      if (!Deno.lstatSync(path).isFile) return undefined;
      file = Deno.openSync(path, { read: true, write: true });
    } catch {
      return undefined; // missing or not ours: the caller uses another name
    }
    try {
      const text = file.tryLockSync(true) ? readText(file) : "";
      const whole = text.slice(0, text.lastIndexOf("\n") + 1);
      const [head = "", ...lines] = whole.split("\n").slice(0, -1);
      const found = v.safeParse(headSchema, parse(head));
      if (found.success && isSame(found.output, identity)) {
        const map = new PartMap(file, contentOf(lines));
        file.truncateSync(map.#encoder.encode(whole).length);
        file.seekSync(0, Deno.SeekMode.End);
        return map;
      }
    } catch {
      // as above
    }
    file.close();
    return undefined;
  }

  /** The entry of a file. */
  record(path: string): PartRecord | undefined {
    return this.#records.get(path);
  }

  /** Whether it has no entries. */
  get isEmpty(): boolean {
    return [...this.#records.values()].every((one) => !one.sha256 && one.checks.length === 0);
  }

  /** A file begins, or resumes after `chunks` verified ones. */
  begin(path: string, { bytes, mtimeMs }: FileStamp, chunks: number): void {
    const checks = this.#records.get(path)?.checks.slice(0, chunks) ?? [];
    this.#current = { bytes, mtimeMs, checks };
    this.#records.set(path, this.#current);
    this.#add({ file: path, bytes, mtimeMs, chunks });
  }

  /** The next chunk of the current file is verified and on the disk. */
  chunk(check: Uint8Array, state: Uint8Array | undefined): void {
    if (!this.#current) return;
    this.#current.checks.push(check);
    this.#current.state = state;
    this.#add({ check: check.toBase64(), ...(state ? { state: state.toBase64() } : {}) });
    this.flush();
  }

  /** A file is complete. */
  done(path: string, { bytes, mtimeMs }: FileStamp, sha256: string): void {
    this.#current = undefined;
    this.#records.set(path, { bytes, mtimeMs, checks: [], sha256 });
    this.#add({ done: path, bytes, mtimeMs, sha256 });
    if (this.#pending.length > FLUSH_CHARACTERS) this.flush();
  }

  /** The final name of a complete root. */
  get name(): string | undefined {
    return this.#name;
  }

  /** The root is complete and has this final name. */
  named(name: string): void {
    this.#name = name;
    this.#add({ named: name });
  }

  /** Writes the buffered lines. */
  flush(): void {
    const bytes = this.#encoder.encode(this.#pending);
    this.#pending = "";
    for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
  }

  /** Writes the buffered lines, closes and unlocks. */
  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    try {
      this.flush();
    } catch {
      // a full disk: missing entries are only sent again
    }
    this.#file.close();
  }

  #add(line: unknown): void {
    this.#pending += JSON.stringify(line) + "\n";
  }
}

function contentOf(lines: readonly string[]): MapContent {
  const records = new Map<string, PartRecord>();
  let name: string | undefined;
  let current: PartRecord | undefined;
  for (const text of lines) {
    const line = v.parse(lineSchema, parse(text));
    if ("file" in line) {
      const { bytes, mtimeMs, chunks } = line;
      current = { bytes, mtimeMs, checks: records.get(line.file)?.checks.slice(0, chunks) ?? [] };
      records.set(line.file, current);
    } else if ("check" in line) {
      current?.checks.push(Uint8Array.fromBase64(line.check));
      if (current) {
        current.state = line.state === undefined ? undefined : Uint8Array.fromBase64(line.state);
      }
    } else if ("named" in line) {
      name = line.named;
    } else {
      const { done, bytes, mtimeMs, sha256 } = line;
      records.set(done, { bytes, mtimeMs, checks: [], sha256 });
      current = undefined;
    }
  }
  return { records, name };
}

function isSame(a: PartIdentity, b: PartIdentity): boolean {
  return a.peer === b.peer && a.root === b.root && a.kind === b.kind;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined; // not valid by any schema
  }
}

function readText(file: Deno.FsFile): string {
  const bytes = new Uint8Array(file.statSync().size);
  let filled = 0;
  while (filled < bytes.length) {
    const count = file.readSync(bytes.subarray(filled));
    if (count === null) break;
    filled += count;
  }
  return new TextDecoder().decode(bytes.subarray(0, filled));
}
