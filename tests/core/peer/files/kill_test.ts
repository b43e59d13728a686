import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { MIN_CHUNK_BYTES } from "../../../../core/peer/files/limits.ts";
import { LineLog } from "../../../helpers/line_log.ts";
import { tempDir } from "../../../helpers/temp_dir.ts";
import { someBytes, transferAll, treeOf } from "./helpers.ts";

const SIZE = 24 * MIN_CHUNK_BYTES + 777;
const ONE_END = fileURLToPath(new URL("./fixtures/one_end.ts", import.meta.url));
const CONFIG = fileURLToPath(new URL("../../../../deno.json", import.meta.url));

/** One end as a process. */
function startEnd(...args: string[]) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-check", "--config", CONFIG, "--allow-all", ONE_END, ...args],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const log = new LineLog(() => args.join(" "));
  const reading = log.read(child.stdout, () => {});
  return {
    /** The next number that it prints, of those over `least`. */
    number: (least = 0) =>
      log.take(
        `number over ${least}`,
        (line) => Number(line) > least ? Number(line) : undefined,
        60_000,
      ),
    kill: () => child.kill("SIGKILL"),
    ended: () => Promise.all([child.status, reading]),
  };
}

for (const victim of ["receiver", "sender"] as const) {
  Deno.test(`a ${victim} killed with -9 in the middle: offered again, it goes on`, async () => {
    await using dir = await tempDir();
    const [from, into] = [join(dir.path, "big.bin"), join(dir.path, "into")];
    await Deno.writeFile(from, someBytes(SIZE));
    const receiver = startEnd("receive", into);
    const sender = startEnd("send", from, String(await receiver.number()), String(SIZE >> 1));
    await receiver.number(6 * MIN_CHUNK_BYTES); // the last of them may not have been verified yet
    (victim === "receiver" ? receiver : sender).kill();
    await Promise.all([receiver.ended(), sender.ended()]);
    assert.deepEqual(Object.keys(treeOf(into)).sort(), ["big.bin.part", "big.bin.part.map"]);

    let bytes = 0;
    const [sent, received] = await transferAll([from], into, {
      onBytes: (count) => bytes += count,
    });
    assert.ok(bytes < SIZE - MIN_CHUNK_BYTES, `${bytes} of ${SIZE} were sent once more`);
    assert.deepEqual(
      received.files.map((file) => file.sha256),
      sent.files.map((file) => file.sha256),
    );
    assert.deepEqual(treeOf(into), { "big.bin": treeOf(dir.path)["big.bin"] });
  });
}
