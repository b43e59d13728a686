/**
 * The notes with which two clients arrange a link, each one line of JSON in a `TAGMSG`.
 * docs/peer-protocol.md has the whole conversation.
 *
 * @module
 */
import * as v from "valibot";
import { encodedLength } from "../../ground/bytes.ts";
import { type Candidate, isCandidate, MAX_CANDIDATES } from "../links/address.ts";
import { MAX_CERTIFICATE_BYTES } from "../links/certificate.ts";
import { type CallRefusal, ProtocolError } from "../links/errors.ts";
import { parseJson } from "../links/json_lines.ts";
import type { Purpose } from "../links/link.ts";

/** Longest note, in bytes of UTF-8: once escaped, it has to fit into a client tag. */
export const MAX_NOTE_BYTES = 3500;

/** One note. All notes of a call have the `id` that the caller chose. */
export type Note =
  /** The caller requests a link. */
  | {
    readonly v: 1;
    readonly type: "ask";
    readonly id: string;
    readonly purpose: Purpose;
    readonly certificate: string;
  }
  /** An invitation to dial: by the callee as its answer, by the caller when it cannot reach the callee. */
  | {
    readonly v: 1;
    readonly type: "invite";
    readonly id: string;
    readonly certificate: string;
    readonly candidates: readonly Candidate[];
    readonly ticket: string;
  }
  /** The callee refuses the link. */
  | {
    readonly v: 1;
    readonly type: "refuse";
    readonly id: string;
    readonly reason: CallRefusal;
  }
  /** The callee was invited to dial, but cannot reach the caller. */
  | { readonly v: 1; readonly type: "unreachable"; readonly id: string }
  /** The caller waits at the relay. */
  | {
    readonly v: 1;
    readonly type: "relay";
    readonly id: string;
    readonly rendezvous: string;
  };

const version = v.literal(1);
/** 16 random bytes, base64url. */
const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{22}$/));
/** 32 random bytes, base64url. */
const secret = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/));
const certificate = v.pipe(
  v.string(),
  v.maxLength(4 * Math.ceil(MAX_CERTIFICATE_BYTES / 3)),
  v.regex(/^[A-Za-z0-9+/]+={0,2}$/),
);

const noteSchema: v.GenericSchema<unknown, Note> = v.variant("type", [
  v.strictObject({
    v: version,
    type: v.literal("ask"),
    id,
    purpose: v.picklist(["text", "file", "stream"]),
    certificate,
  }),
  v.strictObject({
    v: version,
    type: v.literal("invite"),
    id,
    certificate,
    candidates: v.pipe(v.array(v.custom<Candidate>(isCandidate)), v.maxLength(MAX_CANDIDATES)),
    ticket: secret,
  }),
  v.strictObject({
    v: version,
    type: v.literal("refuse"),
    id,
    reason: v.picklist(["untrusted", "not-wanted", "busy"]),
  }),
  v.strictObject({ v: version, type: v.literal("unreachable"), id }),
  v.strictObject({ v: version, type: v.literal("relay"), id, rendezvous: secret }),
]);

/**
 * Reads a note.
 *
 * @throws {ProtocolError} `too-long`, `bad-json` or `bad-shape`.
 */
export function parseNote(text: string): Note {
  if (text.length > MAX_NOTE_BYTES || encodedLength(text) > MAX_NOTE_BYTES) {
    throw new ProtocolError("too-long", `A note is longer than ${MAX_NOTE_BYTES} bytes`);
  }
  return parseJson(noteSchema, text);
}

/**
 * Formats a note for {@linkcode parseNote}.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatNote, parseNote } from "./note.ts";
 * const note = { v: 1, type: "unreachable", id: "AAAAAAAAAAAAAAAAAAAAAA" } as const;
 * assert.deepEqual(parseNote(formatNote(note)), note);
 * ```
 */
export function formatNote(note: Note): string {
  return JSON.stringify(note);
}

/** An id for a new call. */
export function newId(): string {
  return randomBase64url(16);
}

/** A new ticket or rendezvous: 32 random bytes, base64url. */
export function newSecret(): string {
  return randomBase64url(32);
}

function randomBase64url(bytes: number): string {
  return crypto.getRandomValues(new Uint8Array(bytes))
    .toBase64({ alphabet: "base64url", omitPadding: true });
}
