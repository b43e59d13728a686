import assert from "node:assert/strict";
import fc from "fast-check";
import { type Buffered, JitterBuffer, MAX_FRAMES } from "../../../core/media/jitter_buffer.ts";

function frame(sequence: number, timestampMs = sequence * 20, track = "audio"): Buffered {
  return { track, sequence, timestampUs: timestampMs * 1_000, data: new Uint8Array(10) };
}

function drain(buffer: JitterBuffer<Buffered>, nowMs: number): number[] {
  return buffer.pull(nowMs).map(({ sequence }) => sequence);
}

const step = fc.record({
  sequence: fc.nat({ max: 60 }),
  waitMs: fc.nat({ max: 200 }),
  pull: fc.boolean(),
  track: fc.constantFrom("audio", "video"),
});

for (const live of [true, false]) {
  const name = live ? "a live source" : "a source that waits";

  Deno.test(`JitterBuffer gives frames of ${name} once, in order, and invents none`, () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const buffer = new JitterBuffer<Buffered>({ live });
      const given: Buffered[] = [];
      const pushed = new Set<Buffered>();
      const results = { kept: 0, late: 0, duplicate: 0, full: 0 };
      let nowMs = 0;
      for (const { sequence, waitMs, pull, track } of steps) {
        nowMs += waitMs;
        const next = frame(sequence, sequence * 20, track);
        pushed.add(next);
        results[buffer.push(next, nowMs)]++;
        if (pull) given.push(...buffer.pull(nowMs));
      }
      while (buffer.size > 0) given.push(...buffer.pull(nowMs = buffer.nextDueMs()!));
      const stats = buffer.stats();
      const overdue = stats.late - results.late;
      assert.equal(given.length, results.kept - overdue);
      if (!live) assert.equal(overdue, 0);
      given.forEach((one, at) => {
        assert.ok(pushed.has(one));
        if (at > 0) assert.ok(one.sequence > given[at - 1]!.sequence);
      });
      assert.equal(stats.duplicate, results.duplicate);
      assert.ok(stats.lost >= 0);
      assert.ok(stats.lost + given.length <= 61, "lost is what nobody has seen");
      assert.equal(stats.bufferedMs, 0);
    }));
  });
}

Deno.test("JitterBuffer holds a frame for its delay, and evens out what comes unevenly", () => {
  const buffer = new JitterBuffer<Buffered>({ live: true, delayMs: 80 });
  for (const [sequence, nowMs] of [[0, 10], [1, 55], [2, 58], [3, 70]] as const) {
    assert.equal(buffer.push(frame(sequence), nowMs), "kept");
  }
  assert.deepEqual(drain(buffer, 89), []);
  for (const sequence of [0, 1, 2, 3]) {
    assert.equal(buffer.nextDueMs(), 90 + sequence * 20);
    assert.deepEqual(drain(buffer, 90 + sequence * 20), [sequence]);
  }
  assert.equal(buffer.nextDueMs(), undefined);
});

Deno.test("JitterBuffer counts a lost frame, and takes it back when it comes late", () => {
  const buffer = new JitterBuffer<Buffered>({ live: true });
  buffer.push(frame(0), 0);
  buffer.push(frame(2), 40);
  assert.deepEqual(drain(buffer, 200), [0, 2]);
  assert.equal(buffer.stats().lost, 1);
  assert.equal(buffer.push(frame(1), 201), "late");
  assert.equal(buffer.push(frame(1), 202), "duplicate");
  const { lost, late, duplicate } = buffer.stats();
  assert.deepEqual({ lost, late, duplicate }, { lost: 0, late: 1, duplicate: 1 });
});

Deno.test("JitterBuffer counts nothing twice when a frame it dropped as late comes again", () => {
  const buffer = new JitterBuffer<Buffered>({ live: true });
  buffer.push(frame(10), 0);
  assert.equal(buffer.push(frame(1), 100), "late");
  assert.equal(buffer.push(frame(1), 500), "duplicate");
  assert.deepEqual(drain(buffer, 500), [], "what was fetched too late");
  buffer.push(frame(40), 600);
  assert.equal(buffer.push(frame(1), 600), "duplicate");
  const { lost, late, duplicate } = buffer.stats();
  assert.deepEqual({ lost, late, duplicate }, { lost: 0, late: 2, duplicate: 2 });
});

Deno.test("JitterBuffer drops what a stall of a live source made too late, and goes on with the rest", () => {
  const buffer = new JitterBuffer<Buffered>({ live: true });
  for (let sequence = 0; sequence < 50; sequence++) buffer.push(frame(sequence), sequence * 20);
  for (let ms = 0; ms <= 1_080; ms += 20) buffer.pull(ms);
  assert.equal(buffer.size, 0);
  const results = { kept: 0, late: 0, duplicate: 0, full: 0 };
  for (let sequence = 50; sequence < 75; sequence++) results[buffer.push(frame(sequence), 1_500)]++;
  assert.ok(results.late > 10 && results.kept > 4, JSON.stringify(results));
  assert.equal(results.late + results.kept, 25);
  assert.ok(buffer.stats().delayMs > 80, "the delay has grown");
});

Deno.test("JitterBuffer accepts a way that has become longer for good", () => {
  const buffer = new JitterBuffer<Buffered>({ live: true });
  for (let sequence = 0; sequence < 50; sequence++) buffer.push(frame(sequence), sequence * 20);
  let late = 0;
  for (let sequence = 50; sequence < 150; sequence++) {
    if (buffer.push(frame(sequence), sequence * 20 + 2_000) === "late") late++;
    buffer.pull(sequence * 20 + 2_000);
  }
  assert.ok(late > 0 && late <= 16, `${late} late`);
});

Deno.test("JitterBuffer lets its delay follow the jitter, up to a bound, and shrink slowly", () => {
  const buffer = new JitterBuffer<Buffered>({ live: true });
  const delayAfter = (from: number, to: number, uneven: number) => {
    for (let at = from; at < to; at++) {
      buffer.push(frame(at), at * 20 + (at % 2) * uneven);
      buffer.pull(at * 20);
    }
    return buffer.stats().delayMs;
  };
  assert.equal(delayAfter(0, 50, 5), 80);
  const grown = delayAfter(50, 200, 60);
  assert.ok(grown > 200 && grown < 245, `${grown} ms`);
  assert.equal(delayAfter(200, 400, 1_000), 500);
  const after = delayAfter(400, 500, 0);
  assert.ok(after >= 495, `${after} ms`);
  assert.equal(delayAfter(500, 10_000, 0), 80);
});

Deno.test("JitterBuffer waits for the slower of two tracks, so that they stay together", () => {
  const buffer = new JitterBuffer<Buffered>({ live: true });
  let sequence = 0;
  for (let ms = 0; ms < 1_000; ms += 20) {
    assert.equal(buffer.push(frame(sequence++, ms), ms), "kept");
    if (ms >= 140) {
      assert.notEqual(buffer.push(frame(sequence++, ms - 140, "video"), ms), "duplicate");
    }
  }
  const { late } = buffer.stats();
  assert.ok(late <= 1, `${late} late`);
});

Deno.test("JitterBuffer drops nothing of a source that waits, and gives it at its own speed", () => {
  const buffer = new JitterBuffer<Buffered>({ live: false });
  for (let sequence = 0; sequence < 10; sequence++) buffer.push(frame(sequence), 0);
  assert.equal(drain(buffer, 100).length, 2);
  assert.equal(drain(buffer, 260).length, 8);
  assert.equal(buffer.push(frame(10), 5_000), "kept");
  assert.equal(buffer.nextDueMs(), 5_080);
  assert.equal(buffer.push(frame(11), 5_000), "kept");
  assert.deepEqual(drain(buffer, 5_100), [10, 11]);
  assert.equal(buffer.stats().late, 0);
});

Deno.test("JitterBuffer is full at its bound, and has room again when frames were taken", () => {
  const buffer = new JitterBuffer<Buffered>({ live: false });
  for (let sequence = 0; sequence < MAX_FRAMES; sequence++) buffer.push(frame(sequence), 0);
  assert.equal(buffer.full, true);
  assert.equal(buffer.push(frame(MAX_FRAMES), 0), "full");
  buffer.pull(100);
  assert.equal(buffer.full, false);
  assert.equal(buffer.push(frame(MAX_FRAMES), 100), "kept");
});

Deno.test("JitterBuffer forgets after reset() what waited, and does not count it as lost", () => {
  const buffer = new JitterBuffer<Buffered>({ live: true });
  for (let sequence = 0; sequence < 5; sequence++) buffer.push(frame(sequence), sequence * 20);
  buffer.reset();
  assert.equal(buffer.size, 0);
  assert.equal(buffer.push(frame(4), 90_000), "duplicate");
  assert.equal(buffer.push(frame(17, 60_000), 90_000), "kept");
  assert.equal(buffer.nextDueMs(), 90_080);
  assert.equal(drain(buffer, 90_080).length, 1);
  assert.equal(buffer.stats().lost, 0);
});

Deno.test("JitterBuffer gives after resume() what waited, from now on", () => {
  const buffer = new JitterBuffer<Buffered>({ live: false });
  for (let sequence = 0; sequence < 5; sequence++) buffer.push(frame(sequence), 0);
  buffer.resume(60_000);
  assert.deepEqual(drain(buffer, 60_000), [0]);
  assert.equal(buffer.nextDueMs(), 60_020);
});

Deno.test("JitterBuffer drops what was fetched much too late of a live source", () => {
  const buffer = new JitterBuffer<Buffered>({ live: true });
  for (let sequence = 0; sequence < 30; sequence++) buffer.push(frame(sequence), sequence * 20);
  assert.deepEqual(drain(buffer, 580 + 80), Array.from({ length: 16 }, (_, at) => at + 14));
  assert.equal(buffer.stats().late, 14);
});
