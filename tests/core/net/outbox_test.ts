import assert from "node:assert/strict";
import * as fc from "fast-check";
import { forgetJoined, JoinedWrites } from "../../../core/net/joined_writes.ts";
import { Outbox } from "../../../core/net/outbox.ts";
import { QuietConnection } from "./quiet_connection.ts";

/** A connection whose writes end when the test says so. */
class FakeConnection extends QuietConnection {
  readonly writes: Uint8Array[] = [];
  ended = false;
  #done: (() => void)[] = [];

  get sent(): string {
    return this.writes.map((bytes) => new TextDecoder().decode(bytes)).join("");
  }
  get inFlight(): number {
    return this.#done.length;
  }
  override write(bytes: Uint8Array, done: () => void): void {
    this.writes.push(bytes.slice());
    this.#done.push(done);
  }
  finishWrite(): void {
    this.#done.shift()?.();
  }
  override end(): void {
    this.ended = true;
  }
}

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("Outbox sends nothing before flush(), then all in one write", () => {
  const connection = new FakeConnection();
  const outbox = new Outbox(new JoinedWrites(connection));
  outbox.offer(bytes("a"));
  outbox.offer(bytes("b"));
  assert.equal(connection.writes.length, 0);
  outbox.flush();
  assert.deepEqual([connection.writes.length, connection.sent], [1, "ab"]);
});

Deno.test("Outbox has one write in flight, and sends what came meanwhile in the next one", () => {
  const connection = new FakeConnection();
  const outbox = new Outbox(new JoinedWrites(connection));
  outbox.offer(bytes("a"));
  outbox.flush();
  for (const text of ["b", "c"]) {
    outbox.offer(bytes(text));
    outbox.flush();
  }
  assert.deepEqual([connection.inFlight, connection.sent], [1, "a"]);
  connection.finishWrite();
  assert.deepEqual([connection.inFlight, connection.sent], [1, "abc"]);
  connection.finishWrite();
  assert.equal(outbox.pendingBytes, 0);
});

Deno.test("Outbox refuses what does not fit, and takes it when there is room again", () => {
  const connection = new FakeConnection();
  const outbox = new Outbox(new JoinedWrites(connection), 4);
  assert(outbox.offer(bytes("abcd")));
  assert(!outbox.offer(bytes("e")));
  outbox.flush();
  assert(!outbox.offer(bytes("e"))); // what is in flight counts
  connection.finishWrite();
  assert(outbox.offer(bytes("efgh")));
});

Deno.test("Outbox keeps text and bytes in order, and encodes neighbouring texts together", () => {
  const connection = new FakeConnection();
  const outbox = new Outbox(new JoinedWrites(connection), 12);
  assert(outbox.offerText("a"));
  assert(outbox.offerText("b"));
  assert(outbox.offer(bytes("c")));
  assert(outbox.offerText("d"));
  assert.equal(outbox.pendingBytes, 4);
  outbox.flush();
  assert.equal(connection.sent, "abcd");
  assert(!outbox.offerText("x".repeat(9)));
  assert(outbox.offerText("é"));
  outbox.end(bytes("!"));
  assert.equal(connection.sent, "abcdé!");
});

Deno.test("Outbox says why it ends, however full it is, and nothing after it", () => {
  const connection = new FakeConnection();
  const outbox = new Outbox(new JoinedWrites(connection), 4);
  outbox.offer(bytes("abcd"));
  outbox.end(bytes("why"));
  assert(outbox.offer(bytes("x")));
  outbox.flush();
  outbox.end(bytes("again"));
  assert.deepEqual([connection.sent, connection.ended], ["abcdwhy", true]);
});

Deno.test("Outbox gives the same bytes to several readers, and other bytes to others", () => {
  const [one, two] = [bytes("one "), bytes("two ")];
  const readers = [[one, two], [one, two], [two, one], [one], [one, two, two]].map((chunks) => {
    const connection = new FakeConnection();
    const outbox = new Outbox(new JoinedWrites(connection));
    for (const chunk of chunks) outbox.offer(chunk);
    return {
      connection,
      outbox,
      expected: chunks.map((c) => new TextDecoder().decode(c)).join(""),
    };
  });
  for (const { outbox } of readers) outbox.flush();
  forgetJoined();
  for (const { connection, expected } of readers) assert.equal(connection.sent, expected);
});

Deno.test("Outbox sends every byte it took, once and in order, and holds to its limit", () => {
  const act = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ do: fc.constant("offer" as const), size: fc.nat(400_000) }),
    },
    { weight: 3, arbitrary: fc.constant({ do: "flush" as const }) },
    { weight: 3, arbitrary: fc.constant({ do: "written" as const }) },
  );
  const limit = 1_000_000;
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
      const connection = new FakeConnection();
      const outbox = new Outbox(new JoinedWrites(connection), limit);
      let taken = 0, sent = 0, seed = 0;
      const check = () => {
        for (const write of connection.writes.splice(0)) {
          for (const at of [0, write.length >> 1, write.length - 1]) {
            assert.equal(write[at], (sent + at) % 251);
          }
          sent += write.length;
        }
        assert(outbox.pendingBytes <= limit);
        assert(connection.inFlight <= 1);
      };
      for (const one of acts) {
        if (one.do === "offer") {
          const chunk = Uint8Array.from({ length: one.size }, (_, i) => (seed + i) % 251);
          if (outbox.offer(chunk)) {
            taken += one.size;
            seed = taken;
          }
        } else if (one.do === "flush") outbox.flush();
        else connection.finishWrite();
        check();
      }
      outbox.flush();
      while (connection.inFlight > 0) connection.finishWrite();
      check();
      assert.equal(sent, taken);
    }),
    { numRuns: 30 },
  );
});
