/**
 * The lines of JSON that two clients exchange around a transfer's bytes (docs/file-transfer.md has
 * the whole conversation).
 *
 * @module
 */
import * as v from "valibot";
import { MAX_JSON_LINE_BYTES, parseJson } from "../json_lines.ts";
import {
  MAX_CHUNKS,
  MAX_ENTRIES,
  MAX_LIST_BYTES,
  MAX_NAMES,
  MAX_PATH_BYTES,
  MAX_TOTAL_BYTES,
} from "./limits.ts";
import { DIGEST_BYTES } from "./running_hash.ts";

/** Half of what a line may have: the entry that goes over it still fits. */
const PAGE_BYTES = MAX_JSON_LINE_BYTES / 2;
const MAX_PAGE_ENTRIES = 1024;
/** Base64 of a saved hash state. */
const MAX_STATE_TEXT = 512;
const MAX_CHECKS_TEXT = Math.ceil(MAX_CHUNKS * DIGEST_BYTES / 3) * 4;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const index = v.pipe(count, v.maxValue(MAX_ENTRIES - 1));
const text = v.pipe(v.string(), v.maxLength(300));

/** A longer name is cut in the first line; the list has it whole. */
const MAX_ANNOUNCED_CHARACTERS = 300;

/** `file`: one; `files`: several; `folder`: one folder with all that is in it. */
export type FileOfferKind = "file" | "files" | "folder";

/** The first line: what is offered, before the list of it. */
export interface OfferLine {
  /** Version of this conversation. */
  readonly v: 1;
  /** Which line this is. */
  readonly type: "offer";
  /** Chosen by the sender; both sides name the transfer by it. */
  readonly id: string;
  /** One file, several, or a folder. */
  readonly kind: FileOfferKind;
  /** The first names at the top, at most {@linkcode MAX_NAMES}; a folder's ends with `/`. */
  readonly names: readonly string[];
  /** How many names there are at the top. */
  readonly roots: number;
  /** How many files the list has. */
  readonly files: number;
  /** Folders in the list: those with nothing in them. */
  readonly folders: number;
  /** The sizes of all files together. */
  readonly bytes: number;
  /** What they take on the sender's disk, where that is less: files with holes. Not in minor version 0. */
  readonly allocated?: number;
}

/** A name at the top as the first line has it. */
export function announcedName(name: string): string {
  return name.slice(0, MAX_ANNOUNCED_CHARACTERS);
}

/** One file of the list. */
export interface ListedFile {
  /** `/` between folders; the first name is that of the root. */
  readonly path: string;
  /** Its size. */
  readonly bytes: number;
  /** When it was changed last, in milliseconds since 1970. */
  readonly mtimeMs: number;
  /** Whether its owner may execute it. */
  readonly executable: boolean;
}

/** A part of the list of files. */
export interface ListPage {
  /** Some files. */
  readonly files: readonly ListedFile[];
  /** Some folders with nothing in them. */
  readonly folders: readonly string[];
}

/** How much of one file the receiver has already, in whole verified chunks. */
export interface PartialFile {
  /** Its place in the list. */
  readonly file: number;
  /** For every chunk, base64 of SHA-256 of the file from its start to the chunk's end, joined. */
  readonly checks: string;
  /** State of that hash before the last of these chunks, base64. Only if the source is unchanged. */
  readonly state?: string;
}

/** What the receiver says, in lines: one answer, then at any time a cancel, at the end a receipt. */
export type ReceiverLine =
  | {
    readonly type: "accept";
    /** Files that are there already: pairs of the first and the one behind the last, ascending. */
    readonly have: readonly number[];
    readonly partial: readonly PartialFile[];
  }
  | { readonly type: "reject" | "cancel"; readonly reason: string }
  | {
    readonly type: "receipt";
    readonly files: number;
    /** Files that could not be made or were damaged. */
    readonly failed: readonly { readonly file: number; readonly fault: "unwritable" | "damaged" }[];
  };

const offerSchema: v.GenericSchema<unknown, OfferLine> = v.strictObject({
  v: v.literal(1),
  type: v.literal("offer"),
  id: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{8,36}$/)),
  kind: v.picklist(["file", "files", "folder"]),
  names: v.pipe(
    v.array(v.pipe(v.string(), v.maxLength(MAX_ANNOUNCED_CHARACTERS))),
    v.maxLength(MAX_NAMES),
  ),
  roots: v.pipe(count, v.minValue(1), v.maxValue(MAX_ENTRIES)),
  files: v.pipe(count, v.maxValue(MAX_ENTRIES)),
  folders: v.pipe(count, v.maxValue(MAX_ENTRIES)),
  bytes: v.pipe(count, v.maxValue(MAX_TOTAL_BYTES)),
  allocated: v.exactOptional(count),
});

const pathSchema = v.pipe(v.string(), v.nonEmpty(), v.maxLength(MAX_PATH_BYTES));
const pageSchema = v.strictObject({
  type: v.literal("list"),
  files: v.pipe(
    v.array(v.strictTuple([pathSchema, count, v.pipe(v.number(), v.safeInteger()), v.boolean()])),
    v.maxLength(MAX_PAGE_ENTRIES),
  ),
  folders: v.pipe(v.array(pathSchema), v.maxLength(MAX_PAGE_ENTRIES)),
});

const base64 = v.pipe(v.string(), v.base64());
const receiverSchema: v.GenericSchema<unknown, ReceiverLine> = v.variant("type", [
  v.strictObject({
    type: v.literal("accept"),
    have: v.pipe(v.array(v.pipe(count, v.maxValue(MAX_ENTRIES))), v.maxLength(2 * MAX_ENTRIES)),
    partial: v.pipe(
      v.array(v.strictObject({
        file: index,
        checks: v.pipe(base64, v.maxLength(MAX_CHECKS_TEXT)),
        state: v.exactOptional(v.pipe(base64, v.maxLength(MAX_STATE_TEXT))),
      })),
      v.maxLength(MAX_ENTRIES),
    ),
  }),
  v.strictObject({ type: v.picklist(["reject", "cancel"]), reason: text }),
  v.strictObject({
    type: v.literal("receipt"),
    files: v.pipe(count, v.maxValue(MAX_ENTRIES)),
    failed: v.pipe(
      v.array(v.strictObject({ file: index, fault: v.picklist(["unwritable", "damaged"]) })),
      v.maxLength(MAX_ENTRIES),
    ),
  }),
]);

/** Reads the first line. @throws {ProtocolError} `bad-json` or `bad-shape`. */
export function parseOfferLine(line: string): OfferLine {
  return parseJson(offerSchema, line);
}

/** Reads a line of the receiver. @throws {ProtocolError} `bad-json` or `bad-shape`. */
export function parseReceiverLine(line: string): ReceiverLine {
  return parseJson(receiverSchema, line);
}

/** Reads a part of the list. @throws {ProtocolError} `bad-json` or `bad-shape`. */
export function parseListPage(line: string): ListPage {
  const page = parseJson(pageSchema, line);
  return {
    files: page.files.map(([path, bytes, mtimeMs, executable]) => ({
      path,
      bytes,
      mtimeMs,
      executable,
    })),
    folders: page.folders,
  };
}

/** The list as lines without their newlines, each under the cap for a line. */
export function* formatListPages({ files, folders }: ListPage): Generator<string> {
  for (const page of pagesOf(files.map((f) => [f.path, f.bytes, f.mtimeMs, f.executable]))) {
    yield `{"type":"list","files":[${page}],"folders":[]}`;
  }
  for (const page of pagesOf(folders)) yield `{"type":"list","files":[],"folders":[${page}]}`;
}

/** How many bytes of list an offer of so many entries may have at most. */
export function maxListBytes({ files, folders }: { files: number; folders: number }): number {
  return Math.min(MAX_LIST_BYTES, (files + folders) * (6 * MAX_PATH_BYTES + 200));
}

function* pagesOf(entries: readonly unknown[]): Generator<string> {
  let page: string[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const json = JSON.stringify(entry);
    page.push(json);
    bytes += 3 * json.length; // the most that UTF-16 grows to
    if (bytes < PAGE_BYTES && page.length < MAX_PAGE_ENTRIES) continue;
    yield page.join();
    page = [];
    bytes = 0;
  }
  if (page.length > 0) yield page.join();
}
