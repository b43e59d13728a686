import assert from "node:assert/strict";
import { join } from "node:path";
import {
  fileLinkOf,
  prepareOffer,
  sendFiles,
  type SentFiles,
  TransferError,
} from "../../../../core/peer/files/mod.ts";
import { tempDir } from "../../../helpers/temp_dir.ts";
import { connect } from "./helpers.ts";

const accept = { type: "accept", have: [], partial: [] };
const receipt = { type: "receipt", files: 1, failed: [] };

/** What a sender makes of a receiver that says all of this and then only listens. */
async function send(said: readonly unknown[], { hangsUp = false } = {}): Promise<SentFiles> {
  await using dir = await tempDir();
  const path = join(dir.path, "a.txt");
  await Deno.writeTextFile(path, "hello");
  const [a, b] = await connect();
  const sending = sendFiles(fileLinkOf(a), await prepareOffer([path]));
  const saying = say(b, said, hangsUp);
  return await sending.finally(() => saying);
}

async function say(conn: Deno.TcpConn, said: readonly unknown[], hangsUp: boolean): Promise<void> {
  try {
    const text = said.map((one) => typeof one === "string" ? one : JSON.stringify(one) + "\n");
    await conn.write(new TextEncoder().encode(text.join("")));
    if (hangsUp) await conn.closeWrite();
    const heard = new Uint8Array(1024);
    for (let text = ""; !text.includes("The answer names files");) { // the sender's last word
      const count = await conn.read(heard);
      if (count === null) break;
      text += new TextDecoder().decode(heard.subarray(0, count));
    }
  } catch {
    // the sender has hung up, as it should
  }
  conn.close();
}

Deno.test("an honest receiver, word for word, is understood", async () => {
  const { files, failed } = await send([accept, receipt]);
  assert.deepEqual([files.length, failed.length], [1, 0]);
});

Deno.test("a receiver may already have everything", async () => {
  const { files } = await send([{ ...accept, have: [0, 1] }, receipt]);
  assert.equal(files[0]?.sha256, undefined);
});

Deno.test("a file that the receiver could not make is not sent", async () => {
  const failed = [{ file: 0, fault: "unwritable" }];
  const sent = await send([accept, { ...receipt, files: 0, failed }]);
  assert.deepEqual(sent, { files: [], failed: [{ path: "a.txt", fault: "unwritable" }] });
});

const check = new Uint8Array(32).toBase64();
const lies: [what: string, fault: string, said: unknown[]][] = [
  ["hangs up", "lost", []],
  ["says what is no JSON", "protocol", ["hello\n"]],
  ["stops inside its answer", "lost", [JSON.stringify(accept).slice(0, -3)]],
  ["answers with a receipt", "protocol", [receipt]],
  ["accepts twice", "protocol", [accept, accept]],
  ["has a file that was not offered", "protocol", [{ ...accept, have: [0, 2] }]],
  ["has files in no order", "protocol", [{ ...accept, have: [1, 0] }]],
  ["has an odd range", "protocol", [{ ...accept, have: [0] }]],
  ["has a negative file", "protocol", [{ ...accept, have: [-1, 1] }]],
  ["has checks that are no base64", "protocol", [
    { ...accept, partial: [{ file: 0, checks: "?" }] },
  ]],
  ["has a part of a file with a huge number", "protocol", [
    { ...accept, partial: [{ file: 1e9, checks: "" }] },
  ]],
  ["has an unknown field", "protocol", [{ ...accept, more: 1 }]],
  ["hangs up before its receipt", "lost", [accept]],
  ["counts other files than were sent", "protocol", [accept, { ...receipt, files: 2 }]],
  ["declines", "refused", [{ type: "reject", reason: "no" }]],
  ["stops", "cancelled", [accept, { type: "cancel", reason: "enough" }]],
];

for (const [what, fault, said] of lies) {
  Deno.test(`a receiver that ${what}: ${fault}`, async () => {
    await assert.rejects(send(said, { hangsUp: fault === "lost" }), (error: unknown) => {
      assert.ok(error instanceof TransferError, String(error));
      assert.equal(error.fault, fault, error.message);
      return true;
    });
  });
}

const foreign: [what: string, partial: unknown[]][] = [
  ["more checks than the file has chunks", [{ file: 0, checks: check }]],
  ["half a check", [{ file: 0, checks: "AAAA" }]],
  ["a state that is none", [{ file: 0, checks: check, state: "AAAA" }]],
  ["a part of a file that was not offered", [{ file: 7, checks: check }]],
];

for (const [what, partial] of foreign) {
  Deno.test(`a receiver with ${what} gets the whole file`, async () => {
    const { files } = await send([{ ...accept, partial }, receipt]);
    assert.equal(files.length, 1);
  });
}
