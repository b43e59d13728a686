/**
 * Saves a stream as a file that plays: `NAME.part` while it grows, then `NAME.ogg` or `NAME.webm`, or
 * `NAME (1).ogg` where there is one already.
 *
 * @module
 */
import { messageOf } from "../ground/message_of.ts";
import { cleanText } from "../ground/text.ts";
import { containerFor, extensionFor } from "./container.ts";
import { MediaError } from "./errors.ts";
import type { ContainerWriter, MediaFrame, StreamConfig } from "./frame.ts";

/** Names from the network are cut to this; with number and extension they fit any file system. */
const MAX_STEM_CHARACTERS = 60;
/** Most files of one name. */
const MAX_NUMBER = 9_999;

/** A file being written. */
export class Recorder implements AsyncDisposable {
  readonly #file: Deno.FsFile;
  readonly #partPath: string;
  readonly #stemPath: string;
  readonly #extension: string;
  readonly #container: ContainerWriter;
  #bytes = 0;
  #frames = 0;
  #open = true;

  private constructor(place: Place, config: StreamConfig) {
    this.#file = place.file;
    this.#partPath = place.partPath;
    this.#stemPath = place.stemPath;
    this.#extension = extensionFor(config);
    this.#container = containerFor(config);
  }

  /**
   * Makes the folder if it is not there, and begins a file in it.
   *
   * Needs `--allow-read` and `--allow-write` for the folder.
   *
   * @param title The other side's name for it: made into a safe file name.
   * @throws {MediaError} `cannot-save`.
   */
  static async open(folder: string, title: string, config: StreamConfig): Promise<Recorder> {
    const stemPath = `${folder}/${safeStem(title)}`;
    try {
      await Deno.mkdir(folder, { recursive: true });
      const place = await createPart(stemPath + extensionFor(config));
      const recorder = new Recorder({ ...place, stemPath }, config);
      await recorder.#write(recorder.#container.head());
      return recorder;
    } catch (cause) {
      throw cannotSave(stemPath, cause);
    }
  }

  /** Bytes written so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Adds a frame.
   *
   * @throws {MediaError} `cannot-save`, e.g. when the disk is full. What was written stays.
   */
  async write(frame: MediaFrame): Promise<void> {
    if (!this.#open) return;
    try {
      await this.#write(this.#container.frame(frame));
      this.#frames++;
    } catch (cause) {
      throw cannotSave(this.#partPath, cause);
    }
  }

  /**
   * Completes the file and gives it its name.
   *
   * @returns The path, or `undefined` when there was nothing to save.
   * @throws {MediaError} `cannot-save`.
   */
  async finish(): Promise<string | undefined> {
    if (!this.#open) return undefined;
    this.#open = false;
    try {
      using file = this.#file;
      if (this.#frames > 0) {
        const { tail, patches } = this.#container.end();
        await this.#write(tail);
        for (const { at, bytes } of patches) {
          await file.seek(at, Deno.SeekMode.Start);
          await this.#write(bytes);
        }
      }
    } catch (cause) {
      throw cannotSave(this.#partPath, cause);
    }
    if (this.#frames === 0) {
      await Deno.remove(this.#partPath);
      return undefined;
    }
    return await nameFile(this.#partPath, this.#stemPath, this.#extension);
  }

  /** Same as {@linkcode finish}; what cannot be completed stays as the part. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.finish().catch(() => {}); // callers that need the error call finish()
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#file.write(bytes.subarray(at));
    this.#bytes += bytes.length;
  }
}

interface Place {
  readonly file: Deno.FsFile;
  readonly partPath: string;
  readonly stemPath: string;
}

/**
 * Makes a name from the network into one that is safe on every file system, without extension.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { safeStem } from "./recorder.ts";
 * assert.equal(safeStem("../../etc/pass:wd.mp3"), "pass_wd");
 * assert.equal(safeStem("CON"), "_CON");
 * assert.equal(safeStem(".."), "stream");
 * ```
 */
export function safeStem(title: string): string {
  const name = cleanText(title).split(/[\\/]/).at(-1) ?? "";
  const stem = name.replace(/\.[A-Za-z0-9]{1,5}$/, "")
    .replace(/[^\p{L}\p{M}\p{N} _.()[\]+-]/gu, "_")
    .replace(/^[. ]+/, "");
  const short = [...stem].slice(0, MAX_STEM_CHARACTERS).join("").replace(/[. ]+$/, "");
  const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(short);
  return reserved ? `_${short}` : short || "stream";
}

async function createPart(path: string): Promise<{ file: Deno.FsFile; partPath: string }> {
  for (let number = 0; number <= MAX_NUMBER; number++) {
    const partPath = number === 0 ? `${path}.part` : `${path}.${number}.part`;
    try {
      const file = await Deno.open(partPath, { createNew: true, write: true });
      return { file, partPath };
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
  throw new Deno.errors.AlreadyExists(`${path}.part`);
}

/** A hard link never replaces a file; a rename would. */
async function nameFile(partPath: string, stemPath: string, extension: string): Promise<string> {
  for (let number = 0; number <= MAX_NUMBER; number++) {
    const path = stemPath + (number === 0 ? "" : ` (${number})`) + extension;
    try {
      await Deno.link(partPath, path);
      await Deno.remove(partPath);
      return path;
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) continue;
      if (await Deno.lstat(path).then(() => true, () => false)) continue;
      try {
        await Deno.rename(partPath, path); // a file system without hard links
        return path;
      } catch (cause) {
        throw cannotSave(path, cause);
      }
    }
  }
  throw new MediaError("cannot-save", `Cannot save ${stemPath}: too many of that name`);
}

function cannotSave(path: string, cause: unknown): MediaError {
  const why = messageOf(cause);
  return new MediaError("cannot-save", `Cannot save ${path}: ${why}`, { cause });
}
