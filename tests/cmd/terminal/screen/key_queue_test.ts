import assert from "node:assert/strict";
import { KeyQueue } from "../../../../cmd/terminal/screen/key_queue.ts";
import type { KeyEvent } from "../../../../cmd/terminal/screen/keys.ts";

const CTRL_C: KeyEvent = { kind: "key", text: "\x03", key: { name: "c", ctrl: true } };

/** A queue, and the text of the keys that it has given. */
function makeQueue() {
  let given = "";
  const queue = new KeyQueue((event) => given += event.text ?? "?");
  const type = (text: string) => {
    for (const one of text) queue.push({ kind: "key", text: one, key: {} });
  };
  return { queue, type, given: () => Promise.resolve().then(() => given) };
}

Deno.test("KeyQueue keeps what is typed before anybody reads for the questions that come", async () => {
  const { queue, type, given } = makeQueue();
  type("yes");
  assert.equal(await given(), "");
  queue.release();
  assert.equal(await given(), "yes");
  queue.hold();
  type("password");
  assert.equal(await given(), "yes");
  queue.read();
  assert.equal(await given(), "yespassword");
});

Deno.test("KeyQueue lets Ctrl-C through before anybody reads, and forgets what was typed", async () => {
  const { queue, type, given } = makeQueue();
  type("typed");
  queue.push(CTRL_C);
  assert.equal(await given(), "\x03");
  queue.read();
  assert.equal(await given(), "\x03");
});

Deno.test("KeyQueue keeps Ctrl-C in its place once lines are read", async () => {
  const { queue, type, given } = makeQueue();
  queue.read();
  queue.hold();
  type("draft");
  queue.push(CTRL_C);
  queue.release();
  assert.equal(await given(), "draft\x03");
});
