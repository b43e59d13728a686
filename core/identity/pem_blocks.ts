/** Parses PEM text into its blocks (RFC 7468), tolerant of indentation and missing newlines. @module */

/** A first or last line, anywhere in a line: files are joined without a newline, and lines indented. */
const EDGE = /-----(BEGIN|END) ([A-Z0-9 ]{1,60})-----/g;
/** Part of a damaged first or last line: outside of blocks, nothing else looks like it. */
const BROKEN_EDGE = /-{3,}\s*(?:BEGIN|END)\b|\b(?:BEGIN|END) [A-Z0-9 ]+-{3,}|-----/i;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
/** A header of an old encrypted key (RFC 1421), before an empty line. */
const HEADER = /^[A-Za-z-]+:/;
const LINE_CHARACTERS = 64;

/** One block of a PEM file. */
export interface PemBlock {
  /** Its label, such as `CERTIFICATE`. */
  readonly label: string;
  /** The block in the form of RFC 7468: lines of 64 characters, no indentation, a newline at the end. */
  readonly text: string;
  /** Whether it is encrypted with a passphrase (PKCS #8, or the older RFC 1421 header). */
  readonly encrypted: boolean;
}

/**
 * The blocks of a PEM file, in order; text between them is ignored. A file with a damaged block is refused, since
 * a TLS library would silently ignore that block.
 *
 * @throws {SyntaxError} When a block has no end or no beginning, or contains anything but base64.
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

/** Index of the first line of base64: after the empty line that ends the headers. */
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
