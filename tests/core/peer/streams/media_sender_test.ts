import assert from "node:assert/strict";
import { concatBytes } from "../../../../core/ground/bytes.ts";
import type { MediaFrame } from "../../../../core/media/frame.ts";
import { LinkReader } from "../../../../core/peer/links/json_lines.ts";
import { readFrame } from "../../../../core/peer/streams/frame_codec.ts";
import { MediaSender } from "../../../../core/peer/streams/media_sender.ts";
import { FakeClock } from "../fake_clock.ts";
import { inPieces } from "../in_pieces.ts";

const frame = (at: number): MediaFrame => (
  { track: "audio", key: true, timestampUs: at * 20_000, data: new Uint8Array([at]) }
);

/** A sender whose link keeps what is written; with `gate`, each write waits for it. */
function senderInto(live: boolean, gate: () => Promise<void> = () => Promise.resolve()) {
  const written: Uint8Array[] = [];
  const heard: string[] = [];
  const conn = {
    write: async (bytes: Uint8Array) => {
      await gate();
      written.push(bytes.slice());
      return bytes.length;
    },
    close: () => {},
  };
  const reader = new LinkReader({ read: () => Promise.resolve(null) });
  const sender = new MediaSender({ conn, reader }, {
    live,
    clock: new FakeClock(),
    events: { empty: () => heard.push("empty"), broken: () => heard.push("broken") },
  });
  return { sender, written, heard };
}

/** Waits until all that may be written is written. */
async function settle(sender: MediaSender): Promise<void> {
  await sender.flush();
  for (let turn = 0; turn < 5; turn++) await sender.write(new Uint8Array());
}

/** What was written: types of notices, numbers of frames. */
async function read(written: readonly Uint8Array[]): Promise<(string | number | undefined)[]> {
  const link = new LinkReader(inPieces(concatBytes(written), () => Infinity));
  const found: (string | number | undefined)[] = [];
  for (let next; (next = await readFrame(link));) {
    if (next.type === "media") found.push(next.frame.data[0]);
    if (next.type === "notice") found.push(next.notice.type);
  }
  return found;
}

Deno.test("MediaSender sends no more frames than the receiver allows", async () => {
  const { sender, written } = senderInto(false);
  sender.setMode("everything");
  sender.allow(2);
  for (let at = 0; at < 4; at++) sender.push(frame(at));
  await settle(sender);
  assert.deepEqual(await read(written), [0, 1]);
  sender.allow(3);
  await settle(sender);
  assert.deepEqual(await read(written), [0, 1, 2]);
});

Deno.test("MediaSender sends notices before frames, and notices alone while the stream is held", async () => {
  const { sender, written } = senderInto(false);
  sender.allow(100);
  sender.setMode("notices");
  sender.notify({ type: "paused" });
  sender.push(frame(0));
  await settle(sender);
  assert.deepEqual(await read(written), ["paused"]);
  sender.notify({ type: "resumed" });
  sender.setMode("everything");
  await settle(sender);
  assert.deepEqual(await read(written), ["paused", "resumed", 0]);
});

Deno.test("MediaSender of a live source forgets what came before a pause and during it", async () => {
  const { sender, written } = senderInto(true);
  sender.setMode("everything");
  sender.push(frame(0));
  sender.setMode("notices");
  sender.push(frame(1));
  sender.allow(100);
  sender.setMode("everything");
  sender.push(frame(2));
  await settle(sender);
  assert.deepEqual(await read(written), [2]);
});

Deno.test("MediaSender asks a source to wait while its queue is full or held, and no longer", async () => {
  const { sender } = senderInto(false);
  await sender.room();
  sender.setMode("everything");
  for (let at = 0; at < 64; at++) sender.push(frame(at));
  let hasRoom = false;
  const waiting = sender.room().then(() => hasRoom = true);
  sender.setMode("notices");
  await settle(sender);
  assert.equal(hasRoom, false);
  sender.allow(64);
  sender.setMode("everything");
  await settle(sender);
  await waiting;
  const held = sender.room();
  sender.setMode("notices");
  const stopped = sender.room();
  sender.setMode("nothing");
  await Promise.all([held, stopped]);
});

Deno.test("MediaSender tells its owner when its queue is empty", async () => {
  const { sender, written, heard } = senderInto(false);
  sender.setMode("everything");
  sender.allow(1);
  sender.push(frame(0));
  await settle(sender);
  assert.ok(heard.includes("empty"));
  assert.deepEqual(await read(written), [0]);
});

Deno.test("MediaSender answers the last of several pings", async () => {
  const gate = Promise.withResolvers<void>();
  const { sender, written } = senderInto(false, () => gate.promise);
  sender.setMode("everything");
  const first = sender.write(new Uint8Array(0));
  sender.answerPing(1, undefined);
  sender.answerPing(2, undefined);
  gate.resolve();
  await first;
  await settle(sender);
  assert.deepEqual(await read(written), ["pong"]);
});

Deno.test("MediaSender notices a broken link once, and sends nothing more", async () => {
  const { sender, heard } = senderInto(false, () => Promise.reject(new Error("reset")));
  sender.setMode("everything");
  sender.notify({ type: "paused" });
  await settle(sender);
  assert.deepEqual(heard.filter((word) => word === "broken"), ["broken"]);
});
