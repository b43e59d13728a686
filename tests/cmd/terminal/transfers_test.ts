import assert from "node:assert/strict";
import stringWidth from "string-width";
import { formatPlain } from "../../../cmd/terminal/lines/plain_format.ts";
import { ProgressPace } from "../../../cmd/terminal/lines/progress_pace.ts";
import { paletteFor } from "../../../cmd/terminal/screen/colors.ts";
import { ProgressBars } from "../../../cmd/terminal/screen/progress_bars.ts";
import { formatBytes, formatRemaining } from "../../../cmd/terminal/words/quantity_text.ts";
import type { ClientEvent } from "../../../core/client/mod.ts";
import type { OfferEvent, ProgressEvent, ReceivedEvent } from "../../../core/client/mod.ts";
import { stepWork, type WorkByNumber } from "../../../core/client/view/view_work.ts";

const OFFER: OfferEvent = {
  event: "offer",
  id: "one",
  number: 7,
  from: "bob",
  to: "amy",
  own: false,
  kind: "file",
  names: ["photos/", "notes.txt"],
  sizes: [45_599_995, 5],
  bytes: 45_600_000,
  files: 120,
};
const PROGRESS: ProgressEvent = {
  event: "progress",
  id: "one",
  number: 7,
  bytes: 11_400_000,
  total: 45_600_000,
  file: "photos/sea.jpg",
  fileIndex: 13,
  files: 120,
  bytesPerSecond: 1_140_000,
};
const RECEIVED: ReceivedEvent = {
  event: "received",
  id: "one",
  number: 7,
  from: "bob",
  to: "amy",
  bytes: 45_000_000,
  total: 45_600_000,
  path: "/home/amy/photos",
  files: 119,
  contents: [],
  failed: [{ path: "photos/secret", fault: "unreadable" }],
};

Deno.test("sizes and times have three digits at most", () => {
  const bytes = [0, 999, 1_000, 9_994, 9_999, 99_940, 99_999, 999_499, 999_500, 5e15, 5e18];
  assert.deepEqual(bytes.map(formatBytes), [
    "0 B",
    "999 B",
    "1.00 kB",
    "9.99 kB",
    "10.0 kB",
    "99.9 kB",
    "100 kB",
    "999 kB",
    "1.00 MB",
    "5.00 PB",
    "5000 PB",
  ]);
  assert.deepEqual([0, 0.2, 59, 60, 3_599.5, 3_661, 86_400, NaN].map(formatRemaining), [
    "0:00",
    "0:01",
    "0:59",
    "1:00",
    "1:00:00",
    "1:01:01",
    "over a day",
    "over a day",
  ]);
});

Deno.test("offers, transfers under way and finished ones are shown in a line each", () => {
  assert.equal(
    formatPlain(OFFER),
    "[7] bob offers you: photos/ (45.6 MB), notes.txt (5 B), 120 files, 45.6 MB. /accept 7 or /reject 7",
  );
  assert.equal(
    formatPlain({ ...OFFER, own: true, names: ["a.txt"], sizes: [5], files: 1, bytes: 5 }),
    "[7] Offered to amy: a.txt, 5 B",
  );
  assert.equal(
    formatPlain(PROGRESS),
    "[7] [#####...............] 25% of 45.6 MB, 1.14 MB/s, 0:30 left, file 13 of 120, photos/sea.jpg",
  );
  assert.equal(
    formatPlain(RECEIVED),
    "[7] Received from bob: /home/amy/photos (119 files, 45.0 MB)\n" +
      "[7] Not complete: photos/secret could not be read",
  );
});

Deno.test("ProgressPace lets one event a second through, and the last", () => {
  let now = 0;
  const pace = new ProgressPace(() => now);
  const due = (ms: number, bytes = 0, id = "one") => {
    now = ms;
    return pace.isDue({ ...PROGRESS, bytes, id });
  };
  assert.deepEqual([due(0), due(100), due(999), due(1_000), due(1_500)], [
    true,
    false,
    false,
    true,
    false,
  ]);
  assert(due(1_500, 0, "another"));
  assert(due(1_501, PROGRESS.total));
  assert(!due(9_999, PROGRESS.total));
  assert(pace.isDue(RECEIVED));
  assert(due(1_502), "forgotten at its end");
});

Deno.test("ProgressBars draws what fits, at every width", () => {
  let now = 0;
  const bars = new ProgressBars(paletteFor("no colour"), () => now);
  let work: WorkByNumber = new Map();
  const take = (event: Parameters<typeof bars.take>[0] & ClientEvent) => {
    work = stepWork(work, event);
    return bars.take(event);
  };
  const draw = (columns: number) => bars.draw(work, columns);
  take(OFFER);
  assert.deepEqual(draw(80), []);
  assert.equal(take(PROGRESS), true);
  assert.deepEqual(draw(120), [
    "[7] photos/ from bob " + "█".repeat(7) + "▌" + "·".repeat(22) +
    "  25%  0:30 left  1.14 MB/s  file 13/120  11.4 MB of 45.6 MB",
  ]);
  for (let columns = 1; columns < 150; columns++) {
    for (const row of draw(columns)) assert(stringWidth(row) <= columns, row);
  }
  now = 10_000;
  assert.match(draw(80)[0] ?? "", /25% {2}stalled/);
  take({ ...PROGRESS, bytes: PROGRESS.total });
  assert.match(draw(80)[0] ?? "", /█{10,} 100%/);
  take(RECEIVED);
  assert.deepEqual(draw(80), []);
});
