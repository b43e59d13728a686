import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { displayName } from "../../../../core/ground/text.ts";
import { Frame } from "../../../../core/peer/files/frames.ts";
import {
  fileLinkOf,
  type ReceivedFiles,
  receiveOffer,
  TransferError,
} from "../../../../core/peer/files/mod.ts";
import { writeAll } from "../../../../core/peer/links/json_lines.ts";
import { tempDir } from "../../../helpers/temp_dir.ts";
import { connect, someBytes, treeOf } from "./helpers.ts";

const encoder = new TextEncoder();
const offerLine = {
  v: 1,
  type: "offer",
  id: "0123456789",
  kind: "file",
  names: ["a.txt"],
  roots: 1,
  files: 1,
  folders: 0,
  bytes: 5,
};
const listLine = { type: "list", files: [["a.txt", 5, 0, false]], folders: [] };
/** SHA-256 of `hello`. */
const HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

function line(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value) + "\n");
}

function frame(type: number, payload: Uint8Array = new Uint8Array(), length = payload.length) {
  const bytes = new Uint8Array(5 + payload.length);
  bytes[0] = type;
  new DataView(bytes.buffer).setUint32(1, length);
  bytes.set(payload, 5);
  return bytes;
}

function begin(file: number, offset = 0n): Uint8Array {
  const payload = new Uint8Array(12);
  new DataView(payload.buffer).setUint32(0, file);
  new DataView(payload.buffer).setBigUint64(4, offset);
  return frame(Frame.Begin, payload);
}

const data = (text: string) => frame(Frame.Data, encoder.encode(text));
const end = (sha256 = HELLO) => frame(Frame.End, Uint8Array.fromHex(sha256));
const done = frame(Frame.Done);
const honest = [line(offerLine), line(listLine), begin(0), data("hel"), data("lo"), end(), done];

/** What a receiver makes of a sender that says all of this and then hangs up. */
async function receive(said: readonly Uint8Array[], into: string): Promise<ReceivedFiles> {
  const [a, b] = await connect();
  const saying = say(a, said);
  try {
    const incoming = await receiveOffer(fileLinkOf(b));
    return await incoming.accept({ into });
  } finally {
    await saying;
  }
}

async function say(conn: Deno.TcpConn, said: readonly Uint8Array[]): Promise<void> {
  try {
    for (const bytes of said) await writeAll(conn, bytes);
    await conn.closeWrite();
    const answer = new Uint8Array(1024);
    while (await conn.read(answer) !== null);
  } catch {
    // the receiver has hung up, as it should
  }
  conn.close();
}

Deno.test("an honest sender, word for word, is understood", async () => {
  await using dir = await tempDir();
  const received = await receive(honest, dir.path);
  assert.deepEqual(received.files, [{ path: join(dir.path, "a.txt"), bytes: 5, sha256: HELLO }]);
});

const lies: [what: string, fault: string, said: Uint8Array[]][] = [
  ["says nothing", "lost", []],
  ["says what is no JSON", "protocol", [encoder.encode("hello\n")]],
  ["says no UTF-8", "protocol", [Uint8Array.of(0xff, 0x0a)]],
  ["never ends its line", "protocol", [new Uint8Array(100_000).fill(97)]],
  ["stops inside the offer", "lost", [line(offerLine).slice(0, -5)]],
  ["offers a negative size", "protocol", [line({ ...offerLine, bytes: -1 })]],
  ["offers half a byte", "protocol", [line({ ...offerLine, bytes: 0.5 })]],
  ["offers more than a number holds", "protocol", [line({ ...offerLine, bytes: 2 ** 60 })]],
  ["offers a million files", "protocol", [line({ ...offerLine, files: 1_000_000 })]],
  ["offers no name at the top", "protocol", [line({ ...offerLine, roots: 0 })]],
  ["offers with an unknown field", "protocol", [line({ ...offerLine, more: 1 })]],
  ["offers another version", "protocol", [line({ ...offerLine, v: 2 })]],
  ["stops before the list", "lost", [line(offerLine)]],
  ["lists nothing", "protocol", [line(offerLine), line({ ...listLine, files: [] })]],
  ["lists a negative size", "protocol", [
    line(offerLine),
    line({ ...listLine, files: [["a.txt", -5, 0, false]] }),
  ]],
  ["lists more than it offered", "protocol", [
    line(offerLine),
    line({ ...listLine, files: [...listLine.files, ["b", 0, 0, false]] }),
  ]],
  ["lists another size than it offered", "protocol", [
    line(offerLine),
    line({ ...listLine, files: [["a.txt", 6, 0, false]] }),
  ]],
  ["lists other names at the top than it offered", "protocol", [
    line({ ...offerLine, roots: 2 }),
    line(listLine),
  ]],
  ["lists another name at the top than it offered", "protocol", [
    line(offerLine),
    line({ ...listLine, files: [["run-me.sh", 5, 0, false]] }),
  ]],
  ["lists a folder where it offered a file", "protocol", [
    line(offerLine),
    line({ ...listLine, files: [["a.txt/a.txt", 5, 0, false]] }),
  ]],
  ["lists a path that leaves the folder", "unsafe-name", [
    line(offerLine),
    line({ ...listLine, files: [["../a.txt", 5, 0, false]] }),
  ]],
  ["lists an absolute path", "unsafe-name", [
    line(offerLine),
    line({ ...listLine, files: [["/tmp/a.txt", 5, 0, false]] }),
  ]],
  ["lists a folder that leaves the folder", "unsafe-name", [
    line({ ...offerLine, files: 0, folders: 1, bytes: 0 }),
    line({ ...listLine, files: [], folders: ["a/../.."] }),
  ]],
  ["offers more than the disk holds", "no-space", [
    line({ ...offerLine, bytes: 2 ** 52 }),
    line({ ...listLine, files: [["a.txt", 2 ** 52, 0, false]] }),
  ]],
  ["stops after the list", "lost", honest.slice(0, 2)],
  ["stops inside a file", "lost", honest.slice(0, 4)],
  ["stops before the end of a file", "lost", honest.slice(0, 5)],
  ["stops before it says it is done", "lost", honest.slice(0, 6)],
  ["sends a frame of an unknown type", "protocol", [...honest.slice(0, 2), frame(99)]],
  ["sends a frame of 4 GiB", "protocol", [
    ...honest.slice(0, 3),
    frame(Frame.Data, new Uint8Array(9), 2 ** 32 - 1),
  ]],
  ["sends an empty frame of data", "protocol", [...honest.slice(0, 3), frame(Frame.Data)]],
  ["sends bytes of no file", "protocol", [...honest.slice(0, 2), data("hello")]],
  ["begins a file that was not offered", "protocol", [...honest.slice(0, 2), begin(1)]],
  ["begins inside a file", "protocol", [...honest.slice(0, 2), begin(0, 1n)]],
  ["begins far behind the end", "protocol", [...honest.slice(0, 2), begin(0, 2n ** 63n)]],
  ["begins two files at once", "protocol", [...honest.slice(0, 3), begin(0)]],
  ["begins a file twice", "protocol", [...honest.slice(0, 6), begin(0), data("hello"), end()]],
  ["sends more than it offered", "protocol", [...honest.slice(0, 5), data("!"), end(), done]],
  ["sends less than it offered", "protocol", [...honest.slice(0, 4), end(), done]],
  ["checks a chunk that there is not", "protocol", [
    ...honest.slice(0, 4),
    frame(Frame.Check, new Uint8Array(32)),
  ]],
  ["leaves a file out", "protocol", [...honest.slice(0, 2), done]],
  ["is done inside a file", "protocol", [...honest.slice(0, 4), done]],
  ["takes its offer back", "cancelled", [
    ...honest.slice(0, 2),
    frame(Frame.Cancel, encoder.encode("wrong file")),
  ]],
  ["stops with a word", "cancelled", [
    ...honest.slice(0, 4),
    frame(Frame.Cancel, encoder.encode("\x1b[31mred")),
  ]],
];

for (const [what, fault, said] of lies) {
  Deno.test(`a sender that ${what}: ${fault}, and nothing half stays`, async () => {
    await using dir = await tempDir();
    await assert.rejects(receive(said, dir.path), (error: unknown) => {
      assert.ok(error instanceof TransferError, String(error));
      assert.equal(error.fault, fault, error.message);
      assert.ok(!error.message.includes("\x1b"));
      return true;
    });
    const { ["a.txt"]: complete = HELLO, ["a.txt.part.map"]: _, ...rest } = treeOf(dir.path);
    assert.deepEqual([complete, rest], [HELLO, {}]);
  });
}

Deno.test("a file whose SHA-256 is another is damaged, and nothing stays", async () => {
  await using dir = await tempDir();
  const said = [...honest.slice(0, 5), end("00".repeat(32)), done];
  const received = await receive(said, dir.path);
  assert.deepEqual(received, {
    files: [],
    renamed: [],
    roots: [],
    failed: [{ path: "a.txt", fault: "damaged" }],
  });
  assert.deepEqual(treeOf(dir.path), {});
});

Deno.test("a large file whose chunk is another is damaged, and nothing stays", async () => {
  await using dir = await tempDir();
  const bytes = 9 * 1024 * 1024;
  const block = someBytes(1024 * 1024);
  const received = await receive([
    line({ ...offerLine, bytes }),
    line({ ...listLine, files: [["a.txt", bytes, 0, false]] }),
    begin(0),
    ...Array.from({ length: 8 }, () => frame(Frame.Data, block)),
    frame(Frame.Check, new Uint8Array(32)),
    frame(Frame.Data, block),
    end(),
    done,
  ], dir.path);
  assert.deepEqual(received.failed, [{ path: "a.txt", fault: "damaged" }]);
  assert.deepEqual(treeOf(dir.path), {});
});

Deno.test("names are clean for a terminal before anybody sees them", async () => {
  const [a, b] = await connect();
  await writeAll(a, line({ ...offerLine, names: ["\x1b]0;x\x07\u202egpj.exe"] }));
  const incoming = await receiveOffer(fileLinkOf(b));
  assert.ok(incoming.names.every((name) => displayName(name) === name));
  a.close();
  assert.equal((await incoming.gone).fault, "lost");
  incoming.close();
});

Deno.test("any garbage instead of frames is a TransferError, never more", async () => {
  await using dir = await tempDir();
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom(...honest.slice(2), begin(0, 8388608n), frame(Frame.Wait)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 6 }), async (pieces) => {
      const into = await Deno.makeTempDir({ dir: dir.path });
      const received = await receive([...honest.slice(0, 2), ...pieces], into).catch((error) => {
        assert.ok(error instanceof TransferError, String(error));
        return undefined;
      });
      const { ["a.txt"]: complete = HELLO, ["a.txt.part.map"]: _, ...rest } = treeOf(into);
      assert.deepEqual([complete, rest], [HELLO, {}], String(received));
    }),
    { numRuns: 60 },
  );
});
