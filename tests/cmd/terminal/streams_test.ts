import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";
import { formatJsonEvent } from "../../../cmd/terminal/json/json_format.ts";
import { formatPlain } from "../../../cmd/terminal/lines/plain_format.ts";
import { paletteFor } from "../../../cmd/terminal/screen/colors.ts";
import { StreamRows } from "../../../cmd/terminal/screen/stream_rows.ts";
import type { StreamShown } from "../../../cmd/terminal/words/shown_event.ts";
import { streamText } from "../../../cmd/terminal/words/stream_text.ts";
import type { ClientEvent, OfferEvent, StreamEvent } from "../../../core/client/mod.ts";
import { stepWork } from "../../../core/client/view/view_work.ts";

const OFFER: OfferEvent = {
  ...{ event: "offer", id: "s1", number: 3, from: "amy", to: "bob", own: false },
  ...{ kind: "audio", names: ["a rather long name of a song.mp3"], bytes: undefined },
};

const STATS: StreamShown = {
  ...{ event: "stream", id: "s1", number: 3, state: "stats", kind: "audio" },
  ...{ from: "amy", to: "bob", seconds: 20, codec: "opus", bitsPerSecond: 64_321, bytes: 80_000 },
  ...{ latencyMs: 83.6, jitterMs: 3.25, bufferMs: 60, lost: 1, late: 2, dropped: 0 },
};

Deno.test("streamText() says what happens to a stream", () => {
  assert.equal(
    streamText(STATS),
    "[3] audio amy -> bob: 0:20, opus, 64 kbit/s, latency 84 ms, jitter 3.3 ms, 1 lost, 2 late",
  );
  assert.equal(streamText({ ...STATS, state: "started" }), "[3] audio amy -> bob begins");
  const held: StreamShown = { ...STATS, state: "paused", reason: "held by bob" };
  assert.equal(streamText(held), "[3] audio amy -> bob: held by bob");
  const ended: StreamShown = { ...STATS, state: "ended", reason: "stopped by amy", path: "/a.ogg" };
  assert.equal(
    streamText(ended),
    "[3] audio amy -> bob: stopped by amy after 0:20, kept as /a.ogg",
  );
  const room: StreamShown = { ...STATS, to: "#lobby", bitsPerSecond: 1_240_000, receivers: 1 };
  assert.match(streamText(room), /opus, 1\.2 Mbit\/s, 1 listener, latency/);
});

Deno.test("a log gets the figures of a stream at once and every 5 s, a program every second", () => {
  const shown = [0, 1, 2, 5, 6, 10].map((seconds) =>
    formatPlain({ ...STATS, seconds }) !== undefined
  );
  assert.deepEqual(shown, [true, true, false, true, false, true]);
  const { event, seconds, latencyMs } = JSON.parse(formatJsonEvent({ ...STATS, seconds: 11 })!);
  assert.deepEqual([event, seconds, latencyMs], ["stream", 11, 83.6]);
});

Deno.test("an offer to a room is shown as one", () => {
  assert.match(formatPlain(OFFER)!, /^\[3\] amy offers you: audio /);
  assert.match(formatPlain({ ...OFFER, room: "#lobby" })!, /^\[3\] amy offers to #lobby: audio /);
});

Deno.test("a call is shown as one", () => {
  assert.match(
    formatPlain({ ...OFFER, call: "offer" })!,
    /^\[3\] amy calls you\. \/accept 3 \(they will hear your microphone\) or \/reject 3$/,
  );
  assert.match(formatPlain({ ...OFFER, call: "answer" })!, /^\[3\] amy answers: audio /);
  assert.match(formatPlain({ ...OFFER, own: true, call: "offer" })!, /^\[3\] Calling bob: audio /);
});

Deno.test("StreamRows has a row for each stream that runs, never wider than the terminal", () => {
  const drawn = (columns: number, ...events: ClientEvent[]) =>
    new StreamRows(paletteFor("1")).draw(events.reduce(stepWork, new Map()), columns);
  const stats: StreamEvent = STATS;
  const started: StreamEvent = { ...stats, state: "started", seconds: 0 };
  assert.deepEqual(drawn(100, OFFER), [], "it has not begun");
  assert.deepEqual(drawn(120, OFFER, started, stats).map(stripVTControlCharacters), [
    "[3] a rather long name of a… from amy 0:20  opus  64 kbit/s  latency 84 ms  jitter 3.3 ms  1 lost  2 late",
  ]);
  for (let columns = 1; columns < 120; columns++) {
    for (const row of drawn(columns, OFFER, started, stats)) {
      assert.ok(stringWidth(row) <= columns, row);
    }
  }
  const held = [OFFER, started, { ...stats, state: "paused" }, stats] as const;
  assert.match(
    drawn(120, ...held)[0]!,
    /from amy held +opus/,
    "figures do not hide that it is held",
  );
  assert.match(drawn(120, ...held, { ...stats, state: "resumed" })[0]!, /from amy 0:20/);
  assert.deepEqual(drawn(120, OFFER, started, { ...stats, state: "ended" }), []);
  assert(StreamRows.isDrawn(STATS) && !StreamRows.isDrawn(OFFER));
});
