/**
 * The JSON lines of a transfer (docs/file-transfer.md has the whole protocol).
 *
 * @module
 */
import * as v from "valibot";
import { MAX_JSON_LINE_BYTES, parseJson } from "../links/json_lines.ts";
import {
  MAX_CHUNKS,
  MAX_ENTRIES,
  MAX_LIST_BYTES,
  MAX_NAMES,
  MAX_PATH_BYTES,
  MAX_TOTAL_BYTES,
} from "./limits.ts";
import { DIGEST_BYTES } from "./running_hash.ts";

/** Half of the longest line, so that the entry that exceeds it still fits. */
const PAGE_BYTES = MAX_JSON_LINE_BYTES / 2;
const MAX_PAGE_ENTRIES = 1024;
/** Base64 of a saved hash state. */
const MAX_STATE_TEXT = 512;
const MAX_CHECKS_TEXT = Math.ceil(MAX_CHUNKS * DIGEST_BYTES / 3) * 4;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const index = v.pipe(count, v.maxValue(MAX_ENTRIES - 1));
const text = v.pipe(v.string(), v.maxLength(300));

/** A longer name is truncated in the first line; the list has the whole name. */
const MAX_ANNOUNCED_CHARACTERS = 300;

/** `file`: one; `files`: several; `folder`: one folder with its content. */
export type FileOfferKind = "file" | "files" | "folder";

/** The first line: the offer, before its list. */
export interface OfferLine {
  /** Version of the protocol. */
  readonly v: 1;
  /** Type of the line. */
  readonly type: "offer";
  /** Chosen by the sender; identifies the transfer on both sides. */
  readonly id: string;
  /** One file, several, or a folder. */
  readonly kind: FileOfferKind;
  /** The first top-level names, at most {@linkcode MAX_NAMES}; a folder's ends with `/`. */
  readonly names: readonly string[];
  /** Number of top-level names. */
  readonly roots: number;
  /** Number of files in the list. */
  readonly files: number;
  /** Number of (empty) folders in the list. */
  readonly folders: number;
  /** Sum of the sizes of all files. */
  readonly bytes: number;
  /** Bytes on the sender's disk, if less: sparse files. Not in minor version 0. */
  readonly allocated?: number;
}

/** A top-level name as in the first line. */
export function announcedName(name: string): string {
  return name.slice(0, MAX_ANNOUNCED_CHARACTERS);
}

/** One file of the list. */
export interface ListedFile {
  /** With `/` between folders; the first name is the root's. */
  readonly path: string;
  /** Its size. */
  readonly bytes: number;
  /** Modification time, in milliseconds since 1970. */
  readonly mtimeMs: number;
  /** Whether its owner may execute it. */
  readonly executable: boolean;
}

/** A page of the list of files. */
export interface ListPage {
  /** Some files. */
  readonly files: readonly ListedFile[];
  /** Some empty folders. */
  readonly folders: readonly string[];
}

/** The part of one file that the receiver has already, in whole verified chunks. */
export interface PartialFile {
  /** Its index in the list. */
  readonly file: number;
  /** For every chunk, base64 of SHA-256 of the file from its start to the chunk's end, joined. */
  readonly checks: string;
  /** State of that hash before the last of these chunks, base64. Only if the source is unchanged. */
  readonly state?: string;
}

/** The receiver's lines: one answer, then at any time a cancel, at the end a receipt. */
export type ReceiverLine =
  | {
    readonly type: "accept";
    /** Files that are complete already, as ascending ranges: first, and one after the last. */
    readonly have: readonly number[];
    readonly partial: readonly PartialFile[];
  }
  | { readonly type: "reject" | "cancel"; readonly reason: string }
  | {
    readonly type: "receipt";
    readonly files: number;
    /** Files that could not be created or were damaged. */
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

/** The list as lines without newlines, each below the limit of a line. */
export function* formatListPages({ files, folders }: ListPage): Generator<string> {
  for (const page of pagesOf(files.map((f) => [f.path, f.bytes, f.mtimeMs, f.executable]))) {
    yield `{"type":"list","files":[${page}],"folders":[]}`;
  }
  for (const page of pagesOf(folders)) yield `{"type":"list","files":[],"folders":[${page}]}`;
}

/** Most bytes of list for an offer with that many entries. */
export function maxListBytes({ files, folders }: { files: number; folders: number }): number {
  return Math.min(MAX_LIST_BYTES, (files + folders) * (6 * MAX_PATH_BYTES + 200));
}

function* pagesOf(entries: readonly unknown[]): Generator<string> {
  let page: string[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const json = JSON.stringify(entry);
    page.push(json);
    bytes += 3 * json.length; // the most bytes of UTF-8 for UTF-16
    if (bytes < PAGE_BYTES && page.length < MAX_PAGE_ENTRIES) continue;
    yield page.join();
    page = [];
    bytes = 0;
  }
  if (page.length > 0) yield page.join();
}
