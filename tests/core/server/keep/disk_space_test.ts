import assert from "node:assert/strict";
import { configureLog } from "../../../../core/ground/log.ts";
import {
  type DiskSpace,
  DiskWatch,
  readDiskSpace,
} from "../../../../core/server/keep/disk_space.ts";

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

Deno.test("DiskWatch says once that space is low, and once that it is enough again", async () => {
  const lines: string[] = [];
  await using _log = await configureLog({
    write: (line) => void lines.push(line),
    ...{ level: "info", format: "text", journal: false, file: undefined, messages: false },
  });
  let steady = 0;
  let space: DiskSpace | undefined;
  await using watch = new DiskWatch({
    folder: "/data",
    steadyNow: () => steady,
    read: () => Promise.resolve(space),
  });
  const look = async (next: DiskSpace | undefined) => {
    space = next;
    watch.check();
    await watch.idle;
    steady += 10_000;
    return watch.isLow;
  };
  const large = (freeBytes: number) => ({ freeBytes, totalBytes: 500 * GIB });
  const small = (freeBytes: number) => ({ freeBytes, totalBytes: 100 * MIB });
  assert.equal(await look(undefined), false);
  assert.equal(await look(large(GIB)), false);
  assert.equal(await look(large(GIB - 1)), true);
  assert.equal(await look(large(900 * MIB)), true);
  assert.equal(await look(large(GIB + 50 * MIB)), true, "not enough to be sure");
  assert.equal(await look(undefined), true);
  assert.equal(await look(large(2 * GIB)), false);
  assert.equal(await look(small(10 * MIB)), false);
  assert.equal(await look(small(9 * MIB)), true);
  assert.deepEqual(lines.map((line) => line.replace(/^.* store: |\n$/g, "")), [
    "disk space is low: 1023 MiB of 512000 MiB free for /data; --keep-days and --keep-bytes bound what is kept",
    "disk space is enough again: 2048 MiB of 512000 MiB free for /data",
    "disk space is low: 9 MiB of 100 MiB free for /data; --keep-days and --keep-bytes bound what is kept",
  ]);
});

Deno.test("DiskWatch looks every ten seconds, and never without a folder", async () => {
  let looked = 0, steady = 0;
  const read = () => Promise.resolve((looked++, undefined));
  await using watch = new DiskWatch({ folder: "/data", steadyNow: () => steady, read });
  await using none = new DiskWatch({ folder: undefined, steadyNow: () => steady, read });
  for (; steady < 60_000; steady += 1_000) {
    watch.check();
    none.check();
  }
  assert.equal(looked, 6);
});

Deno.test("readDiskSpace() knows this disk, and nothing of a folder that is not there", async () => {
  const space = await readDiskSpace(".");
  assert(space && space.totalBytes > 0 && space.freeBytes <= space.totalBytes);
  assert.equal(await readDiskSpace("./not/there"), undefined);
});
