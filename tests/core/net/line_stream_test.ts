import assert from "node:assert/strict";
import fc from "fast-check";
import { LineStream } from "../../../core/net/line_stream.ts";
import { LineSplitter } from "../../../core/net/lines.ts";
import type { Outbox } from "../../../core/net/outbox.ts";
import { QuietConnection } from "./quiet_connection.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** A connection that notes what is asked of it; writes are done at once. */
class FakeConnection extends QuietConnection {
  written = "";
  writes = 0;
  isPaused = false;
  isEnded = false;

  override write(bytes: Uint8Array, done: () => void): void {
    this.written += new TextDecoder().decode(bytes);
    this.writes++;
    done();
  }
  override pause(): void {
    this.isPaused = true;
  }
  override resume(): void {
    this.isPaused = false;
  }
  override end(): void {
    this.isEnded = true;
  }
}

/** A stream whose lines are noted; after `limit` lines it is crowded. */
function lineStream({ waitMs = 0, limit = Infinity } = {}) {
  const connection = new FakeConnection();
  const lines: string[] = [];
  const due: Outbox[] = [];
  const ends: string[] = [];
  let taken = 0;
  const stream: LineStream = new LineStream({
    connection,
    budget: { spend: () => waitMs },
    cutter: new LineSplitter(512, {
      line(text) {
        lines.push(text);
        if (++taken >= limit) stream.crowded(true);
      },
      fault: (fault) => lines.push(`(${fault})`),
      isFull: () => stream.isCrowded,
    }),
    due: (outbox) => due.push(outbox),
    ended: (reason) => ends.push(reason),
  });
  const takeMore = () => {
    taken = 0;
    stream.crowded(false);
  };
  return { connection, lines, due, ends, stream, takeMore };
}

Deno.test("LineStream gives the same lines for any split of the bytes, crowded or not", () => {
  const text = fc.array(
    fc.string({ unit: "grapheme", maxLength: 9 }).filter((part) => /^[^\r\n\0]*$/.test(part)),
  );
  fc.assert(
    fc.property(text, fc.array(fc.nat()), fc.integer({ min: 1, max: 5 }), (all, cuts, limit) => {
      const { lines, stream, takeMore, ends } = lineStream({ limit });
      const bytes = bytesOf(all.map((line) => `${line}\r\n`).join(""));
      const ats = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b)];
      ats.forEach((at, i) => {
        stream.data(bytes.subarray(at, ats[i + 1] ?? bytes.length));
        if (i % 2 === 0) takeMore();
      });
      stream.closed("gone");
      assert.deepEqual(lines, all);
      assert.deepEqual(ends, ["gone"]);
    }),
  );
});

Deno.test("LineStream takes no more lines than can be handled, and reads no further meanwhile", () => {
  const { connection, lines, stream, takeMore } = lineStream({ limit: 2 });
  stream.data(bytesOf("1\n2\n3\n4\n5\n"));
  assert.deepEqual([lines.length, connection.isPaused], [2, true]);
  takeMore();
  assert.deepEqual([lines.length, connection.isPaused], [4, true]);
  takeMore();
  assert.deepEqual([lines.length, connection.isPaused], [5, false]);
});

Deno.test("LineStream sends what is queued in one write, and its last line after that", () => {
  const { connection, due, stream } = lineStream();
  assert(stream.offerText("one\r\n"));
  assert(stream.offer(bytesOf("two\r\n")));
  assert.equal(connection.writes, 0);
  assert.equal(due.length, 2);
  due[0]!.flush();
  assert.deepEqual([connection.writes, connection.written], [1, "one\r\ntwo\r\n"]);
  assert.equal(stream.writes, 1);
  stream.offerText("three\r\n");
  stream.end("ERROR :bye\r\n");
  assert.equal(connection.written, "one\r\ntwo\r\nthree\r\nERROR :bye\r\n");
  assert(connection.isEnded);
  assert(stream.offerText("late\r\n"), "dropped, and not too slow");
});

Deno.test("LineStream asks for no flush when nothing fits", () => {
  const { due, stream } = lineStream();
  assert(!stream.offer(new Uint8Array(2 << 20)));
  assert(!stream.offerText("x".repeat(2 << 20)));
  assert.equal(due.length, 0);
});

Deno.test("LineStream stops reading for a while when bytes come too fast, and lets go of it at its end", () => {
  const { connection, stream } = lineStream({ waitMs: 60_000 });
  stream.data(bytesOf("hello\n"));
  assert(connection.isPaused);
  stream.end("bye\r\n");
});
