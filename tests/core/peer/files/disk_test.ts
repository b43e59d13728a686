import assert from "node:assert/strict";
import { join } from "node:path";
import { BlockWriter } from "../../../../core/peer/files/block_writer.ts";
import { MIN_CHUNK_BYTES } from "../../../../core/peer/files/limits.ts";
import { prepareOffer, TransferError } from "../../../../core/peer/files/mod.ts";
import { ROOT } from "../../../helpers/program.ts";
import { tempDir } from "../../../helpers/temp_dir.ts";
import { sha256, someBytes, transfer, transferAll, treeOf } from "./helpers.ts";

const MIB = 1024 * 1024;
const isRoot = Deno.uid() === 0;

async function scene() {
  const dir = await tempDir();
  const [from, into] = [join(dir.path, "from"), join(dir.path, "into")];
  await Deno.mkdir(join(from, "sub"), { recursive: true });
  await Deno.mkdir(into);
  return { from, into, path: dir.path, [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose]() };
}

Deno.test("a file that changes before it is sent fails, the others arrive", async () => {
  await using s = await scene();
  for (const name of ["a", "b", "c"]) await Deno.writeTextFile(join(s.from, name), name);
  await Deno.writeFile(join(s.from, "d"), someBytes(MIB));
  await Deno.writeFile(join(s.from, "e"), someBytes(MIB));
  const offer = await prepareOffer([s.from]);
  await Deno.writeTextFile(join(s.from, "b"), "longer");
  await Deno.utime(join(s.from, "d"), 0, 0);
  await Deno.remove(join(s.from, "c"));
  const [sent, received] = await transfer(offer, s.into);
  assert.ok(sent.status === "fulfilled" && received.status === "fulfilled");
  const failed = [
    { path: "from/b", fault: "changed" },
    { path: "from/c", fault: "unreadable" },
    { path: "from/d", fault: "changed" },
  ];
  assert.deepEqual(sent.value.failed, failed);
  assert.deepEqual(received.value.failed, failed);
  assert.deepEqual(Object.keys(treeOf(s.into)).sort(), ["from/", "from/a", "from/e", "from/sub/"]);
});

for (
  const [what, change] of [
    ["is cut", (path: string) => Deno.truncate(path, 3)],
    ["is written to", (path: string) => Deno.writeFile(path, new Uint8Array(9), { create: false })],
  ] as const
) {
  Deno.test(`a file that ${what} while it is read fails, and does not stay in the folder`, async () => {
    await using s = await scene();
    await Deno.writeFile(join(s.from, "big"), someBytes(40 * MIB));
    await Deno.writeTextFile(join(s.from, "sub/last"), "x");
    let changing: Promise<void> | undefined;
    const [sent, received] = await transfer(await prepareOffer([s.from]), s.into, {
      onBytes: () => changing ??= change(join(s.from, "big")),
    });
    await changing;
    assert.ok(sent.status === "fulfilled" && received.status === "fulfilled");
    assert.deepEqual(sent.value.failed, [{ path: "from/big", fault: "changed" }]);
    assert.deepEqual(received.value.failed, [{ path: "from/big", fault: "changed" }]);
    assert.deepEqual(Object.keys(treeOf(s.into)).sort(), ["from/", "from/sub/", "from/sub/last"]);
  });
}

Deno.test("a file that grows, as logs do, arrives as it was when it was offered", async () => {
  await using s = await scene();
  const [log, large] = [join(s.from, "log"), join(s.from, "large")];
  const bytes = someBytes(40 * MIB);
  await Deno.writeFile(log, bytes.subarray(0, 1_000));
  await Deno.writeFile(large, bytes);
  const offer = await prepareOffer([log, large]);
  await Deno.writeTextFile(log, "one more line\n", { append: true });
  let growing: Promise<void> | undefined;
  const [sent, received] = await transfer(offer, s.into, {
    onBytes: () => growing ??= Deno.writeTextFile(large, "one more\n", { append: true }),
  });
  await growing;
  assert.ok(sent.status === "fulfilled" && received.status === "fulfilled");
  assert.deepEqual(sent.value.failed, []);
  assert.deepEqual(await Deno.readFile(join(s.into, "log")), bytes.slice(0, 1_000));
  assert.equal(sha256(await Deno.readFile(join(s.into, "large"))), sha256(bytes));
});

Deno.test("a file that may not be read is reported, the others arrive", async () => {
  await using s = await scene();
  await Deno.writeTextFile(join(s.from, "open"), "x");
  await Deno.writeTextFile(join(s.from, "closed"), "x", { mode: 0o000 });
  const offer = await prepareOffer([s.from]);
  // Root may read everything: for it, a folder in the place of the file cannot be read either.
  if (isRoot) {
    await Deno.remove(join(s.from, "closed"));
    await Deno.mkdir(join(s.from, "closed"));
  }
  const [sent, received] = await transfer(offer, s.into);
  assert.ok(sent.status === "fulfilled" && received.status === "fulfilled");
  assert.deepEqual(received.value.failed, [{ path: "from/closed", fault: "unreadable" }]);
  assert.deepEqual(Object.keys(treeOf(s.into)).sort(), ["from/", "from/open", "from/sub/"]);
});

Deno.test("a name that the receiver's disk refuses fails alone", async () => {
  await using s = await scene();
  // Both fit into a path of the offer, but not below a folder this deep.
  const deep = join(s.path, ...Array.from({ length: 16 }, () => "d".repeat(230)));
  await Deno.mkdir(deep, { recursive: true });
  await Deno.writeTextFile(join(s.from, "short"), "x");
  await Deno.writeTextFile(join(s.from, "n".repeat(250)), "x");
  await Deno.writeTextFile(join(s.from, "sub", "m".repeat(250)), "x");
  await Deno.mkdir(join(s.from, "f".repeat(200)));
  await Deno.writeFile(join(s.from, "f".repeat(200), "g".repeat(200)), someBytes(MIB));
  const [sent, received] = await transfer(await prepareOffer([s.from]), deep);
  assert.ok(sent.status === "fulfilled" && received.status === "fulfilled", String(received));
  assert.ok(received.value.failed.length > 0);
  assert.deepEqual(sent.value.failed, received.value.failed);
  assert.ok(received.value.failed.every(({ fault }) => fault === "unwritable"));
  assert.ok(received.value.files.some(({ path }) => path.endsWith("short")));
});

Deno.test("a folder that cannot be made or written is reported, and the sender does not learn where", async () => {
  await using s = await scene();
  await Deno.writeTextFile(join(s.from, "x"), "x");
  await Deno.writeTextFile(join(s.path, "a-file"), "");
  const into = join(s.path, "a-file/into");
  const [sent, received] = await transfer(await prepareOffer([join(s.from, "x")]), into);
  assert.ok(sent.status === "rejected" && received.status === "rejected");
  assert.ok(received.reason instanceof TransferError);
  assert.deepEqual([received.reason.fault, sent.reason.fault], ["cannot-write", "refused"]);
  assert.ok(!String(sent.reason).includes(s.path));
});

Deno.test({
  name: "a folder that takes no file is named before anything is sent",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using s = await scene();
    await Deno.writeTextFile(join(s.from, "x"), "x");
    // Nobody makes a file there, not even root.
    const [sent, received] = await transfer(await prepareOffer([join(s.from, "x")]), "/proc");
    assert.ok(sent.status === "rejected" && received.status === "rejected");
    assert.ok(received.reason instanceof TransferError);
    assert.deepEqual([received.reason.fault, received.reason.message], [
      "cannot-write",
      "Cannot write into the folder /proc",
    ]);
    assert.equal(sent.reason.message, "The offer was declined: the folder cannot be written");
  },
});

Deno.test("a block that the disk does not take is an error for the next wait", async () => {
  const full = Object.assign(new Error("No space left on device"), { code: "ENOSPC" });
  for (const [error, fault] of [[full, "no-space"], [new Error("EIO"), "cannot-write"]] as const) {
    await using s = await scene();
    using file = await Deno.create(join(s.into, "x"));
    const writer = new BlockWriter();
    let wasReached = false;
    writer.write(file, await writer.take(), 10);
    writer.after(() => Promise.reject(error));
    writer.after(() => void (wasReached = true));
    await assert.rejects(writer.settle(), { fault });
    await assert.rejects(writer.take(), { fault });
    assert.equal(wasReached, false);
  }
});

/** Disks of a fixed size need the right to mount. */
if (isRoot && await canMount()) {
  Deno.test("what does not fit is declined before a byte is written", async () => {
    await using s = await scene();
    await using _disk = await mountDisk(s.into, 4 * MIB);
    await Deno.writeFile(join(s.from, "big"), someBytes(5 * MIB));
    const [sent, received] = await transfer(await prepareOffer([s.from]), s.into);
    assert.ok(sent.status === "rejected" && received.status === "rejected");
    assert.deepEqual([received.reason.fault, sent.reason.fault], ["no-space", "refused"]);
    assert.match(sent.reason.message, /not enough space on the disk$/);
    assert.deepEqual(treeOf(s.into), {});
  });

  Deno.test("a file with holes needs room for what it takes, where its sender says that", async () => {
    await using s = await scene();
    await using _disk = await mountDisk(s.into, 4 * MIB);
    const source = join(s.from, "sparse");
    {
      using file = await Deno.open(source, { write: true, createNew: true });
      await file.write(someBytes(MIB));
      await file.truncate(100 * MIB);
    }
    const [, received] = await transferAll([source], s.into);
    const { size } = await Deno.stat(received.files[0]?.path ?? "");
    assert.equal(size, 100 * MIB);
    const old = await transfer(await prepareOffer([source]), s.into, { minor: 0 });
    assert.ok(old[1].status === "rejected");
    assert.equal(old[1].reason.fault, "no-space");
  });

  Deno.test("a sender that announces too little fills the disk, and gets the reason", async () => {
    await using s = await scene();
    await using _disk = await mountDisk(s.into, 4 * MIB);
    await Deno.writeFile(join(s.from, "big"), someBytes(20 * MIB));
    const offer = { ...await prepareOffer([join(s.from, "big")]), allocated: 1 };
    const [, received] = await transfer(offer, s.into);
    assert.ok(received.status === "rejected");
    assert.equal(received.reason.fault, "no-space");
    assert.equal(received.reason.message, "The receiver's disk is full");
  });

  Deno.test("a disk without a byte left is left as it was", async () => {
    await using s = await scene();
    await using _disk = await mountDisk(s.into, MIB);
    const filler = join(s.into, "filler");
    assert.throws(() => Deno.writeFileSync(filler, new Uint8Array(2 * MIB)));
    await Deno.writeFile(join(s.from, "empty"), new Uint8Array());
    const [, received] = await transfer(await prepareOffer([join(s.from, "empty")]), s.into);
    assert.equal(received.status, "rejected");
    assert.deepEqual([...Deno.readDirSync(s.into)].map(({ name }) => name), ["filler"]);
  });

  Deno.test("a disk that fills up ends the transfer; with room again, it goes on", async () => {
    await using s = await scene();
    await using _disk = await mountDisk(s.into, 40 * MIB);
    await Deno.writeFile(join(s.from, "big"), someBytes(3 * MIN_CHUNK_BYTES + 99));
    await Deno.writeTextFile(join(s.from, "sub/small"), "x");
    const offer = await prepareOffer([s.from]);
    const filler = join(s.into, "filler");
    const fill = () => Deno.writeFileSync(filler, new Uint8Array(22 * MIB), { createNew: true });
    let sentBytes = 0;
    const [sent, received] = await transfer(offer, s.into, {
      onBytes: (count) => {
        if (sentBytes < MIB && (sentBytes += count) >= MIB) fill();
      },
    });
    assert.ok(sent.status === "rejected" && received.status === "rejected");
    assert.equal(received.reason.fault, "no-space", received.reason.message);
    assert.equal(sent.reason.fault, "cancelled");
    await Deno.remove(filler);
    let bytes = 0;
    await transferAll([s.from], s.into, { onBytes: (count) => bytes += count });
    assert.ok(bytes < offer.bytes - MIN_CHUNK_BYTES, `${bytes} sent once more`);
    assert.deepEqual(treeOf(join(s.into, "from")), treeOf(s.from));
  });
}

async function canMount(): Promise<boolean> {
  await using dir = await tempDir();
  try {
    await using _disk = await mountDisk(dir.path, MIB);
    return true;
  } catch {
    return false; // a container that is not allowed to
  }
}

async function mountDisk(path: string, bytes: number): Promise<AsyncDisposable> {
  await run("mount", "-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", path);
  return { [Symbol.asyncDispose]: () => run("umount", path) };
}

async function run(program: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

Deno.test("the program may ask how much room there is on a disk", async () => {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "-P=chat", "--no-prompt", "--config", join(ROOT, "deno.json")],
      ...[join(ROOT, "tests/core/peer/files/fixtures/free_bytes.ts"), ROOT],
    ],
  }).output();
  const words = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert(Number(words) > 0, words);
});
