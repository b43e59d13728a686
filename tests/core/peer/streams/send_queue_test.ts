import assert from "node:assert/strict";
import fc from "fast-check";
import type { MediaFrame } from "../../../../core/media/frame.ts";
import { SendQueue } from "../../../../core/peer/streams/send_queue.ts";

function sound(ms: number): MediaFrame {
  return { track: "audio", key: true, timestampUs: ms * 1_000, data: new Uint8Array(10) };
}

function picture(ms: number, key: boolean): MediaFrame {
  return { track: "video", key, timestampUs: ms * 1_000, data: new Uint8Array(100) };
}

function sequences(queue: SendQueue, most = 1_000): number[] {
  return queue.take(most, 1e6).map(({ sequence }) => sequence);
}

Deno.test("SendQueue gives frames in order, as many as are asked for", () => {
  const queue = new SendQueue(false);
  for (let at = 0; at < 10; at++) queue.offer(sound(at * 20));
  assert.deepEqual(sequences(queue, 3), [0, 1, 2]);
  assert.equal(queue.take(10, 25).length, 2);
  assert.equal(queue.take(10, 1).length, 1, "at least one");
  assert.equal(queue.take(0, 100).length, 0);
  assert.equal(queue.size, 4);
});

Deno.test("SendQueue drops nothing of a source that waits, and says when it is full", () => {
  const queue = new SendQueue(false);
  let offered = 0;
  for (; queue.hasRoom; offered++) queue.offer(sound(offered * 1_000));
  assert.equal(queue.size, offered);
  assert.equal(queue.dropped, 0);
  queue.take(1, 1e6);
  assert.equal(queue.hasRoom, true);
});

Deno.test("SendQueue of a live source drops the oldest, and the numbers show it", () => {
  const queue = new SendQueue(true);
  for (let at = 0; at < 50; at++) queue.offer(sound(at * 20));
  assert.equal(queue.hasRoom, true);
  assert.deepEqual(sequences(queue), Array.from({ length: 21 }, (_, at) => at + 29));
  assert.equal(queue.dropped, 29);
});

Deno.test("SendQueue drops with a picture all that build on it, and begins again at a key", () => {
  const queue = new SendQueue(true);
  queue.offer(picture(0, true));
  for (let ms = 40; ms <= 600; ms += 40) queue.offer(picture(ms, false));
  assert.deepEqual(sequences(queue), [], "without their key the younger are of no use");
  queue.offer(picture(640, false));
  assert.deepEqual(sequences(queue), []);
  assert.equal(queue.dropped, 17);
  queue.offer(picture(680, true));
  queue.offer(picture(720, false));
  assert.deepEqual(sequences(queue), [17, 18]);
});

Deno.test("SendQueue leaves out pictures before the first key, and does not count them as dropped", () => {
  const queue = new SendQueue(true);
  for (const ms of [0, 40]) queue.offer(picture(ms, false));
  queue.offer(sound(60));
  queue.offer(picture(80, true));
  queue.clear();
  queue.offer(picture(120, false));
  queue.offer(picture(160, true));
  assert.deepEqual(sequences(queue), [2]);
  assert.equal(queue.dropped, 0);
});

Deno.test("SendQueue drops a frame that is too long for the protocol", () => {
  const queue = new SendQueue(false);
  queue.offer({ ...sound(0), data: new Uint8Array(1024 * 1024) });
  queue.offer(sound(20));
  assert.deepEqual(sequences(queue), [1]);
  assert.equal(queue.dropped, 1);
});

Deno.test("SendQueue of a live source is bounded, and no picture it gives lacks its key", () => {
  const step = fc.record({
    video: fc.boolean(),
    key: fc.boolean(),
    waitMs: fc.nat({ max: 300 }),
    take: fc.nat({ max: 4 }),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const queue = new SendQueue(true);
    const taken = [];
    let ms = 0;
    let pictures = 0;
    const numberOf = new Map<number, { picture: number; key: boolean }>();
    let sequence = 0;
    let begun = false;
    for (const { video, key, waitMs, take } of steps) {
      ms += waitMs;
      begun ||= video && key;
      queue.offer(video ? picture(ms, key) : sound(ms));
      if (!video || begun) {
        if (video) numberOf.set(sequence, { picture: pictures++, key });
        sequence++;
      }
      taken.push(...queue.take(take, 1e6));
    }
    let last = -1;
    let decodable: number | undefined;
    for (const frame of taken) {
      assert.ok(frame.sequence > last);
      last = frame.sequence;
      const seen = numberOf.get(frame.sequence);
      if (!seen) continue;
      assert.ok(seen.key || decodable === seen.picture - 1, "it builds on the one before");
      decodable = seen.picture;
    }
    assert.equal(taken.length + queue.size + queue.dropped, sequence);
  }));
});
