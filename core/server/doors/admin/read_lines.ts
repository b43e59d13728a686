/**
 * Reads lines of bounded length from a local connection.
 *
 * @module
 */
import { concatBytes } from "../../../ground/bytes.ts";

const LF = 0x0a;
const BUFFER_BYTES = 64 * 1024;

/**
 * Reads lines until the other end closes; an unterminated rest is ignored.
 *
 * @throws {RangeError} When a line is longer than `maxBytes`.
 * @throws {TypeError} When a line is not UTF-8.
 */
export async function* readLines(
  conn: Pick<Deno.Conn, "read">,
  maxBytes: number,
): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const buffer = new Uint8Array(BUFFER_BYTES);
  let parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const count = await conn.read(buffer);
    if (count === null) return;
    let from = 0;
    for (let end = buffer.indexOf(LF); end >= 0 && end < count; end = buffer.indexOf(LF, from)) {
      parts.push(buffer.slice(from, end));
      from = end + 1;
      yield decoder.decode(concatBytes(parts));
      parts = [];
      size = 0;
    }
    parts.push(buffer.slice(from, count));
    size += count - from;
    if (size > maxBytes) throw new RangeError(`Cannot read a line of over ${maxBytes} bytes`);
  }
}
