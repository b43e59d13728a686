import assert from "node:assert/strict";
import fc from "fast-check";
import { concatBytes } from "../../../../core/ground/bytes.ts";
import { parseSource } from "../../../../core/media/sources.ts";
import { LinkReader } from "../../../../core/peer/links/json_lines.ts";
import {
  formatConfig,
  formatMedia,
  formatNoticeFrame,
  readFrame,
  type SequencedFrame,
  type WireFrame,
} from "../../../../core/peer/streams/frame_codec.ts";
import { Broadcast, receiveStream } from "../../../../core/peer/streams/mod.ts";
import { inPieces } from "../in_pieces.ts";
import { linkPair } from "./helpers.ts";

const CONFIG = { audio: { codec: "opus", channels: 2, preSkip: 312 } } as const;
const OFFER =
  '{"v":1,"id":"a-1","kind":"audio","title":"t","live":true,"ends":true,"bitrate":64000}\n';
const bytesOf = (text: string) => new TextEncoder().encode(text);

const mediaFrame: fc.Arbitrary<SequencedFrame> = fc.record({
  track: fc.constantFrom("audio", "video"),
  key: fc.boolean(),
  timestampUs: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  sequence: fc.nat({ max: 2 ** 32 - 1 }),
  data: fc.uint8Array({ maxLength: 300 }),
}).map((frame) => ({ ...frame, key: frame.key || frame.track === "audio" }));

Deno.test("readFrame() gives back what was written, however it is split", async () => {
  const pieces = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(fc.array(mediaFrame, { maxLength: 5 }), pieces, async (frames, sizes) => {
      const notice = { type: "paused" } as const;
      const bytes = [formatConfig(CONFIG), ...frames.map(formatMedia), formatNoticeFrame(notice)];
      const reader = readerOf(concatBytes(bytes), sizes);
      const read: WireFrame[] = [];
      for (let next; (next = await readFrame(reader));) read.push(next);
      assert.deepEqual(read, [
        { type: "config", config: CONFIG },
        ...frames.map((frame) => ({ type: "media", frame })),
        { type: "notice", notice },
      ]);
    }),
  );
});

Deno.test("readFrame() throws nothing but ProtocolError on garbage", async () => {
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (garbage) => {
    const reader = readerOf(garbage, [400]);
    try {
      while (await readFrame(reader));
    } catch (error) {
      assert.equal((error as Error).name, "ProtocolError");
    }
  }));
});

Deno.test("a sender that does not keep to the protocol ends its stream, and nothing else", async () => {
  const audio = formatMedia({
    track: "audio",
    key: true,
    timestampUs: 0,
    sequence: 0,
    data: new Uint8Array(3),
  });
  const video = formatMedia({
    track: "video",
    key: true,
    timestampUs: 0,
    sequence: 0,
    data: new Uint8Array(3),
  });
  const text = (json: string, type = 1) => {
    const body = bytesOf(json);
    const frame = concatBytes([new Uint8Array(17), body]);
    new DataView(frame.buffer).setUint32(0, body.length + 5);
    frame[12] = type;
    return frame;
  };
  const header = (length: number, type: number, timestamp = 0n) => {
    const frame = new Uint8Array(17);
    new DataView(frame.buffer).setUint32(0, length);
    new DataView(frame.buffer).setBigUint64(4, timestamp);
    frame[12] = type;
    return frame;
  };
  const config = formatConfig(CONFIG);
  const done = formatNoticeFrame({ type: "end", reason: "done" });
  const cases: [string, Uint8Array, string][] = [
    ["sound before its config", audio, "bad-shape"],
    ["a track that was not announced", concatBytes([config, video]), "bad-shape"],
    ["a second config", concatBytes([config, config]), "bad-shape"],
    ["a config without a track", text("{}"), "bad-shape"],
    [
      "a config of a foreign codec",
      text('{"audio":{"codec":"mp3","channels":2,"preSkip":0}}'),
      "bad-shape",
    ],
    ["a picture of no size", text('{"video":{"codec":"vp8","width":0,"height":9}}'), "bad-shape"],
    ["a config that is no JSON", text("{"), "bad-json"],
    ["a notice nobody knows", text('{"type":"hello"}', 5), "bad-shape"],
    ["a type nobody knows", header(5, 9), "bad-shape"],
    ["a payload that is too short", header(4, 2), "bad-shape"],
    ["a payload that is too long", header(1024 * 1024 + 1, 2), "too-long"],
    ["a text that is too long", header(8 * 1024 + 1, 1), "too-long"],
    ["a time stamp beyond all time", header(5, 2, 2n ** 63n), "bad-shape"],
    ["sound after the end", concatBytes([config, done, audio]), "bad-shape"],
  ];
  for (const [what, bytes, fault] of cases) {
    using links = await linkPair();
    await links.ours.conn.write(bytesOf(OFFER));
    const receiving = (await receiveStream(links.theirs)).accept({});
    await links.ours.conn.write(bytes);
    const end = await receiving.ended;
    if (what === "sound after the end") {
      assert.ok(end.reason === "done", what);
      continue;
    }
    assert.ok(end.reason === "failed" && end.by === "them", `${what}: ${JSON.stringify(end)}`);
    assert.equal(end.error?.fault, fault, what);
  }
});

Deno.test("receiveStream() refuses what is not an offer", async () => {
  const cases: [string, string][] = [
    ["hello\n", "bad-json"],
    ["{}\n", "bad-shape"],
    [OFFER.replace('"v":1', '"v":2'), "bad-shape"],
    [OFFER.replace("}", ',"more":1}'), "bad-shape"],
    [OFFER.replace('"t"', JSON.stringify("t".repeat(201))), "bad-shape"],
    ...["lobby", "#", "#a b", "#a,b", "#\u202elobby", "#\x1b[31m", `#${"x".repeat(200)}`, 1].map((
      room,
    ): [string, string] => [OFFER.replace("}", `,"room":${JSON.stringify(room)}}`), "bad-shape"]),
    ["x".repeat(9_000), "too-long"],
    ["", "cut"],
  ];
  for (const [bytes, fault] of cases) {
    using links = await linkPair();
    await links.ours.conn.write(bytesOf(bytes || " "));
    if (fault === "cut") links.ours.conn.close();
    await assert.rejects(receiveStream(links.theirs), { name: "ProtocolError", fault }, bytes);
  }
});

Deno.test("the title of an offer is safe to show", async () => {
  using links = await linkPair();
  const title = JSON.stringify("a\x1b[31m\u202eb");
  await links.ours.conn.write(bytesOf(OFFER.replace('"t"', title)));
  await using incoming = await receiveStream(links.theirs);
  assert.equal(incoming.offer.title, "a\ufffd[31m\ufffdb");
});

Deno.test("an offer names the room that it is for, when that is fit to be shown", async () => {
  for (const [room, wanted] of [["#lobby", "#lobby"], ["#\u202ex", undefined]] as const) {
    using links = await linkPair();
    const source = parseSource("ffmpeg:-f lavfi -i sine");
    await using broadcast = await Broadcast.open(source, { kind: "audio", room });
    broadcast.send(links.ours);
    await using incoming = await receiveStream(links.theirs);
    assert.equal(incoming.offer.room, wanted);
  }
});

Deno.test("a receiver that does not keep to the protocol ends its stream alone", async () => {
  await using broadcast = await Broadcast.open(parseSource("ffmpeg:-f lavfi -i sine"), {
    kind: "audio",
  });
  using good = await linkPair();
  broadcast.send(good.ours);
  await using fine = (await receiveStream(good.theirs)).accept({});
  const lines = [
    "no json\n",
    '{"accept":"yes"}\n',
    '{"accept":true,"frames":-1}\n',
    '{"accept":true,"frames":9}\n{"type":"boom"}\n',
    '{"accept":true,"frames":9}\n{"type":"ping","sentUs":1e300}\n',
    `{"accept":true,"frames":9}\n${"x".repeat(2_000)}\n`,
  ];
  for (const line of lines) {
    using links = await linkPair();
    const sending = broadcast.send(links.ours);
    await links.theirs.conn.write(bytesOf(line));
    const end = await sending.ended;
    assert.ok(end.reason === "failed" && end.by === "them", `${line}: ${JSON.stringify(end)}`);
    assert.equal(end.error?.name, "ProtocolError");
  }
  assert.notEqual(fine.state.at, "ended");
});

Deno.test("a receiver that asks without end gets answers at the speed it reads them", async () => {
  await using broadcast = await Broadcast.open(parseSource("ffmpeg:-f lavfi -i sine"), {
    kind: "audio",
  });
  using links = await linkPair();
  const sending = broadcast.send(links.ours);
  const pings = '{"type":"ping","sentUs":1}\n'.repeat(20_000);
  await links.theirs.conn.write(bytesOf('{"accept":true,"frames":9}\n'));
  const bytes = bytesOf(pings);
  for (let at = 0; at < bytes.length;) at += await links.theirs.conn.write(bytes.subarray(at));
  await links.theirs.conn.write(bytesOf('{"type":"stop"}\n'));
  assert.deepEqual(await sending.ended, { reason: "stopped", by: "them" });
});

function readerOf(bytes: Uint8Array, sizes: readonly number[]): LinkReader {
  return new LinkReader(inPieces(bytes, (turn) => sizes[turn % sizes.length]!));
}
