/** PEM text cut into its blocks (RFC 7468). @module */

const EDGE = /^-----(BEGIN|END) ([A-Z0-9 ]{1,60})-----\s*$/;

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
 * @throws {SyntaxError} When a block begins that does not end, or ends that did not begin.
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
  const blocks: PemBlock[] = [];
  let open: { readonly label: string; readonly lines: string[] } | undefined;
  for (const line of text.replace(/^\ufeff/, "").split("\n")) {
    const [, edge, label = ""] = EDGE.exec(line) ?? [];
    if (open === undefined) {
      if (edge === "END") throw cutShort();
      if (edge === "BEGIN") open = { label, lines: [line.trimEnd()] };
      else if (line.startsWith("-----")) throw cutShort();
      continue;
    }
    open.lines.push(line.trimEnd());
    if (edge === undefined) continue;
    if (edge === "BEGIN" || label !== open.label) throw cutShort();
    blocks.push(toBlock(open.label, open.lines));
    open = undefined;
  }
  if (open !== undefined) throw cutShort();
  return blocks;
}

function toBlock(label: string, lines: readonly string[]): PemBlock {
  return {
    label,
    text: lines.join("\n") + "\n",
    encrypted: label.startsWith("ENCRYPTED ") ||
      lines.some((line) => /^Proc-Type:.*ENCRYPTED/.test(line)),
  };
}

function cutShort(): SyntaxError {
  return new SyntaxError("a block is cut short or damaged");
}
