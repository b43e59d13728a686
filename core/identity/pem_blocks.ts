/** PEM text cut into its blocks (RFC 7468). @module */

const BLOCK =
  /-----BEGIN ([A-Z0-9 ]{1,60})-----\r?\n([A-Za-z0-9+/=\s:,-]*?)-----END \1-----(?:\r?\n|$)/g;

/** One block of a PEM file. */
export interface PemBlock {
  /** What it says it is, such as `CERTIFICATE`. */
  readonly label: string;
  /** The block with its first and last line, and a newline at its end. */
  readonly text: string;
  /** Whether it is locked with a passphrase (PKCS #8, or the older RFC 1421 header). */
  readonly encrypted: boolean;
}

/**
 * The blocks of a PEM file, in order; text between them is passed over.
 *
 * @throws {SyntaxError} When a block begins that does not end.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parsePemBlocks } from "./pem_blocks.ts";
 * const text = "a note\n-----BEGIN X-----\nAAAA\n-----END X-----\n";
 * assert.deepEqual(parsePemBlocks(text).map(({ label }) => label), ["X"]);
 * assert.throws(() => parsePemBlocks("-----BEGIN X-----\nAAAA\n"), SyntaxError);
 * ```
 */
export function parsePemBlocks(text: string): readonly PemBlock[] {
  const blocks = Array.from(text.matchAll(BLOCK), ([block, label = "", body = ""]) => ({
    label,
    text: block.trimEnd() + "\n",
    encrypted: label.startsWith("ENCRYPTED ") || /^Proc-Type:.*ENCRYPTED/m.test(body),
  }));
  const begun = text.match(/-----BEGIN /g)?.length ?? 0;
  if (begun !== blocks.length) throw new SyntaxError("a block is cut short or damaged");
  return blocks;
}
