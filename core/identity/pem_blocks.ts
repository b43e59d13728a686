/** PEM text cut into its blocks (RFC 7468), as people's editors and scripts leave it. @module */

/** A first or last line, wherever it stands: files are joined without a newline, and lines indented. */
const EDGE = /-----(BEGIN|END) ([A-Z0-9 ]{1,60})-----/g;
/** What is left of one that is damaged: outside of blocks, nothing else looks like it. */
const BROKEN_EDGE = /-{3,}\s*(?:BEGIN|END)\b|\b(?:BEGIN|END) [A-Z0-9 ]+-{3,}|-----/i;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
/** RFC 1421: what an old encrypted key says of itself, before an empty line. */
const HEADER = /^[A-Za-z-]+:/;
const LINE_CHARACTERS = 64;

/** One block of a PEM file. */
export interface PemBlock {
  /** What it says it is, such as `CERTIFICATE`. */
  readonly label: string;
  /** The block as RFC 7468 has it: its lines of 64 characters, none indented, and a newline at its end. */
  readonly text: string;
  /** Whether it is locked with a passphrase (PKCS #8, or the older RFC 1421 header). */
  readonly encrypted: boolean;
}

/**
 * The blocks of a PEM file, in order; text between them is passed over. Each block is read whole, or the file is
 * refused: a TLS library passes over what it does not understand.
 *
 * @throws {SyntaxError} When a block begins that does not end, or ends that did not begin, or holds anything but base64.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parsePemBlocks } from "./pem_blocks.ts";
 * const text = "a note\n-----BEGIN X-----\nAAAA\n-----END X----------BEGIN Y-----\n  AAAA\n-----END Y-----";
 * assert.deepEqual(parsePemBlocks(text).map(({ label }) => label), ["X", "Y"]);
 * assert.throws(() => parsePemBlocks("-----BEGIN X-----\nAAAA\n"), SyntaxError);
 * ```
 */
export function parsePemBlocks(text: string): readonly PemBlock[] {
  const blocks: PemBlock[] = [];
  let open: { readonly label: string; readonly at: number } | undefined;
  let from = 0;
  for (const { 0: edge, 1: kind, 2: label = "", index } of text.matchAll(EDGE)) {
    if (open === undefined) {
      if (kind === "END" || BROKEN_EDGE.test(text.slice(from, index))) throw cutShort(blocks);
      open = { label, at: index + edge.length };
    } else {
      if (kind === "BEGIN" || label !== open.label) throw cutShort(blocks);
      const block = toBlock(label, text.slice(open.at, index));
      if (block === undefined) throw cutShort(blocks);
      blocks.push(block);
      open = undefined;
    }
    from = index + edge.length;
  }
  if (open !== undefined || BROKEN_EDGE.test(text.slice(from))) throw cutShort(blocks);
  return blocks;
}

/** Undefined when `body` is not base64. */
function toBlock(label: string, body: string): PemBlock | undefined {
  const lines = body.split(/\r\n|\r|\n/).map((line) => line.trim());
  const bodyAt = endOfHeaders(lines);
  const headers = lines.slice(0, bodyAt).filter((line) => line !== "");
  const base64 = lines.slice(bodyAt).join("").replace(/[ \t]/g, "");
  if (!BASE64.test(base64) || base64.length % 4 !== 0) return undefined;
  const rows = base64.match(new RegExp(`.{1,${LINE_CHARACTERS}}`, "g")) ?? [];
  const head = headers.length > 0 ? [...headers, ""] : [];
  return {
    label,
    text: [`-----BEGIN ${label}-----`, ...head, ...rows, `-----END ${label}-----`, ""].join("\n"),
    encrypted: label.startsWith("ENCRYPTED ") ||
      headers.some((line) => /^Proc-Type:.*ENCRYPTED/.test(line)),
  };
}

/** Where the base64 begins: behind the empty line that ends the headers. */
function endOfHeaders(lines: readonly string[]): number {
  const first = lines.find((line) => line !== "");
  if (first === undefined || !HEADER.test(first)) return 0;
  const start = lines.indexOf(first);
  const end = lines.indexOf("", start);
  return end < 0 ? lines.length : end + 1;
}

function cutShort(before: readonly PemBlock[]): SyntaxError {
  return new SyntaxError(`block ${before.length + 1} in it is cut short or damaged`);
}
