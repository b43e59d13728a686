import assert from "node:assert/strict";
import { LinkReader } from "../../../../core/peer/links/json_lines.ts";
import type { PeerLink, Purpose } from "../../../../core/peer/links/link.ts";
import { LinkHandlers } from "../../../../core/peer/links/link_handlers.ts";
import { LinkRegistry } from "../../../../core/peer/links/link_registry.ts";

/** A link of one purpose, and whether its connection is closed. */
function linkFor(purpose: Purpose, links = new LinkRegistry(), account = "bob") {
  const state = { closed: false };
  const conn = {
    read: () => Promise.resolve(null),
    write: (bytes: Uint8Array) => Promise.resolve(bytes.length),
    close: () => void (state.closed = true),
    [Symbol.dispose]: () => void (state.closed = true),
  };
  const facts = {
    account,
    pin: "",
    firstSeen: false,
    caller: false,
    remote: "",
    minor: 1,
  } as const;
  const reader = new LinkReader(conn);
  return { link: links.own({ ...facts, purpose, via: "direct", conn, reader }), state };
}

Deno.test("LinkHandlers gives a link to the handlers of its purpose, and to those of all", () => {
  const handlers = new LinkHandlers({ account: "amy" });
  const taken: string[] = [];
  const note = (name: string) => (link: PeerLink) => taken.push(`${name} ${link.purpose}`);
  handlers.add(note("text"), "text");
  using _all = handlers.add(note("all"));
  handlers.deliver(linkFor("text").link);
  handlers.deliver(linkFor("file").link);
  assert.deepEqual(taken, ["text text", "all text", "all file"]);
});

Deno.test("LinkHandlers closes a link whose handler has gone since it was asked for", () => {
  const handlers = new LinkHandlers({ account: "amy" });
  const handler = handlers.add(() => assert.fail("it has gone"), "file");
  assert.equal(handlers.isWanted("bob", "file"), true);
  handler[Symbol.dispose]();
  assert.equal(handlers.isWanted("bob", "file"), false);
  const { link, state } = linkFor("file");
  handlers.deliver(link);
  assert.equal(state.closed, true);
});

Deno.test("LinkHandlers wants no link to oneself, and none that is not accepted", () => {
  const handlers = new LinkHandlers({ account: "amy", accepts: (account) => account === "bob" });
  handlers.add(() => {});
  assert.deepEqual(["bob", "cat", "AMY"].map((name) => handlers.isWanted(name, "text")), [
    ...[true, false, false],
  ]);
});

Deno.test("LinkRegistry knows with whom a file or a stream goes on, and closes what is open", async () => {
  const links = new LinkRegistry();
  const text = linkFor("text", links);
  assert.deepEqual([links.count, links.isBusyWith("bob")], [1, false]);
  const file = linkFor("file", links);
  assert.deepEqual([links.count, links.isBusyWith("BOB")], [2, true]);
  await file.link[Symbol.asyncDispose]();
  assert.deepEqual([links.count, links.isBusyWith("bob"), file.state.closed], [1, false, true]);
  await links.closeAll();
  assert.deepEqual([links.count, text.state.closed], [0, true]);
  assert.equal(linkFor("text", links).state.closed, true);
});
