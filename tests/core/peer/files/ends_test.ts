import assert from "node:assert/strict";
import { join } from "node:path";
import {
  fileLinkOf,
  prepareOffer,
  type Progress,
  receiveOffer,
  sendFiles,
  TransferError,
} from "../../../../core/peer/files/mod.ts";
import { writeJson } from "../../../../core/peer/links/json_lines.ts";
import { tempDir } from "../../../helpers/temp_dir.ts";
import { connect, connectLinks, someBytes, transfer, transferAll, treeOf } from "./helpers.ts";

const MIB = 1024 * 1024;

/** One file to send, and a folder to receive into. */
async function scene(bytes: number) {
  const dir = await tempDir();
  const [file, into] = [join(dir.path, "file.bin"), join(dir.path, "into")];
  await Deno.writeFile(file, someBytes(bytes));
  await Deno.mkdir(into);
  return { file, into, path: dir.path, [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose]() };
}

function failsWith(fault: string, pattern = /./) {
  return (error: unknown) => {
    assert.ok(error instanceof TransferError, String(error));
    assert.equal(error.fault, fault, error.message);
    assert.match(error.message, pattern);
    return true;
  };
}

Deno.test("a declined offer: the sender hears the reason, clean for a terminal", async () => {
  await using s = await scene(10);
  const [a, b] = await connectLinks();
  const sending = sendFiles(a, await prepareOffer([s.file]));
  const declined = assert.rejects(sending, failsWith("refused", /no room\ufffd today$/));
  const incoming = await receiveOffer(b);
  assert.deepEqual(
    [incoming.kind, incoming.names, incoming.files, incoming.bytes],
    ["file", ["file.bin"], 1, 10],
  );
  await incoming.reject("no room\x07 today");
  await declined;
  await assert.rejects(incoming.accept({ into: s.into }), TypeError);
});

Deno.test("an offer taken back before the answer: the receiver hears of it", async () => {
  await using s = await scene(10);
  const [a, b] = await connectLinks();
  const stop = new AbortController();
  const sending = sendFiles(a, await prepareOffer([s.file]), { signal: stop.signal });
  const stopped = assert.rejects(sending, { message: "not that one" });
  const incoming = await receiveOffer(b);
  stop.abort(new Error("not that one"));
  const gone = await incoming.gone;
  assert.deepEqual([gone.fault, gone.message], [
    "cancelled",
    "The offer was taken back",
  ]);
  incoming.close();
  await stopped;
});

Deno.test("an offer of a sender that vanishes: gone says so", async () => {
  await using s = await scene(10);
  const [a, b] = await connectLinks();
  const sending = assert.rejects(sendFiles(a, await prepareOffer([s.file])), failsWith("lost"));
  const incoming = await receiveOffer(b);
  a.conn.close();
  assert.equal((await incoming.gone).fault, "lost");
  await sending;
  await assert.rejects(incoming.accept({ into: s.into }), failsWith("lost"));
});

Deno.test("a sender that stops in the middle: the receiver hears of it and keeps what it has", async () => {
  await using s = await scene(64 * MIB);
  const stop = new AbortController();
  let passed = 0;
  const [sent, received] = await transfer(await prepareOffer([s.file]), s.into, {
    send: { signal: stop.signal },
    onBytes: (count) => (passed += count) > 20 * MIB && stop.abort(),
  });
  assert.ok(sent.status === "rejected" && sent.reason.name === "AbortError", "the sender");
  assert.ok(received.status === "rejected");
  failsWith("cancelled", /The sender stopped/)(received.reason);
  assert.deepEqual(Object.keys(treeOf(s.into)).sort(), ["file.bin.part", "file.bin.part.map"]);
});

Deno.test("a receiver that stops in the middle: the sender hears of it", async () => {
  await using s = await scene(64 * MIB);
  const stop = new AbortController();
  let passed = 0;
  const [sent, received] = await transfer(await prepareOffer([s.file]), s.into, {
    accept: { signal: stop.signal },
    onBytes: (count) => (passed += count) > 20 * MIB && stop.abort(),
  });
  assert.ok(received.status === "rejected" && received.reason.name === "AbortError");
  assert.ok(sent.status === "rejected");
  failsWith("cancelled", /^The receiver stopped$/)(sent.reason);
  await transferAll([s.file], s.into);
  assert.deepEqual(Object.keys(treeOf(s.into)), ["file.bin"]);
});

Deno.test("either side may stop while the other does not move", async () => {
  await using s = await scene(64 * MIB);
  const stop = new AbortController();
  const [a, b] = await connect();
  const sending = sendFiles(fileLinkOf(a), await prepareOffer([s.file]), { signal: stop.signal });
  const stopped = assert.rejects(sending, { name: "AbortError" });
  const reader = fileLinkOf(b).reader;
  await reader.readLine();
  await writeJson(b, { type: "accept", have: [], partial: [] });
  stop.abort(); // its link is full: nobody reads
  await stopped;
  b.close();

  const silent = new AbortController();
  const [c, d] = await connect();
  const receiving = receiveOffer(fileLinkOf(d), { signal: silent.signal });
  silent.abort();
  await assert.rejects(receiving, { name: "AbortError" });
  c.close();
});

Deno.test("a transfer that stands still is given up, on both sides", async () => {
  await using s = await scene(64 * MIB);
  const [a, b] = await connect();
  const offer = await prepareOffer([s.file]);
  const stalled = assert.rejects(
    sendFiles(fileLinkOf(a), offer, { stallMs: 40 }),
    failsWith("stalled"),
  );
  await fileLinkOf(b).reader.readLine();
  await writeJson(b, { type: "accept", have: [], partial: [] });
  await stalled;
  b.close();

  const [c, d] = await connect();
  const { files, folders, bytes, id, kind, names, roots } = offer;
  await writeJson(c, { v: 1, type: "offer", id, kind, names, roots, bytes, files: 1, folders: 0 });
  await writeJson(c, {
    type: "list",
    files: files.map((one) => [one.path, one.bytes, one.mtimeMs, one.executable]),
    folders,
  });
  const incoming = await receiveOffer(fileLinkOf(d));
  const accepting = incoming.accept({ into: s.into, stallMs: 40 });
  await assert.rejects(accepting, failsWith("stalled"));
  c.close();
});

Deno.test("several transfers of the same name at once do not mix", async () => {
  await using s = await scene(3 * MIB);
  const folders = await Promise.all(Array.from({ length: 6 }, async (_, n) => {
    const folder = join(s.path, `from${n}/same`);
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeFile(join(folder, "x.bin"), someBytes(2 * MIB + n, n + 7));
    await Deno.writeFile(join(s.path, `from${n}/x.bin`), someBytes(2 * MIB + n, n + 70));
    return join(s.path, `from${n}`);
  }));
  const results = await Promise.all(folders.flatMap((from) => [
    transferAll([join(from, "same")], s.into),
    transferAll([join(from, "x.bin")], s.into),
  ]));
  for (const [sent, received] of results) {
    const sums = (files: readonly { sha256?: string }[]) => files.map((file) => file.sha256);
    assert.deepEqual(sums(received.files), sums(sent.files));
  }
  const names = [...Deno.readDirSync(s.into)].map((entry) => entry.name).sort();
  const numbered = (name: string, end = "") => [
    ...[1, 2, 3, 4, 5].map((n) => `${name} (${n})${end}`),
    name + end,
  ];
  assert.deepEqual(names, [...numbered("same"), ...numbered("x", ".bin")].sort());
});

Deno.test("nothing that exists is overwritten", async () => {
  await using s = await scene(10);
  await Deno.writeTextFile(join(s.into, "file.bin"), "mine");
  await Deno.symlink(join(s.path, "nowhere"), join(s.into, "file (1).bin"));
  await Deno.mkdir(join(s.into, "file (2).bin"));
  const [, received] = await transferAll([s.file], s.into);
  assert.deepEqual(received.roots, [join(s.into, "file (3).bin")]);
  assert.equal(await Deno.readTextFile(join(s.into, "file.bin")), "mine");
});

Deno.test("both sides see the progress, from nothing to all", async () => {
  await using s = await scene(40 * MIB);
  const told = { send: [] as Progress[], accept: [] as Progress[] };
  await transferAll([s.file], s.into, {
    send: { onProgress: (progress) => told.send.push(progress) },
    accept: { onProgress: (progress) => told.accept.push(progress) },
  });
  for (const side of [told.send, told.accept]) {
    const last = side.at(-1);
    assert.ok(last);
    assert.deepEqual(
      [last.file, last.fileIndex, last.files, last.bytes, last.total],
      ["file.bin", 1, 1, 40 * MIB, 40 * MIB],
    );
    assert.ok(side.some(({ bytesPerSecond }) => bytesPerSecond > 0));
    side.reduce((before, after) => (assert.ok(after.bytes >= before.bytes), after));
  }
});
