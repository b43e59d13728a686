import assert from "node:assert/strict";
import { join } from "node:path";
import type { DirectLinks, OpenLinks } from "../../../core/client/mod.ts";
import { peerLinks } from "../../../core/client/peer_links.ts";
import type { PeerLink } from "../../../core/peer/mod.ts";
import { cutAfter, sha256, someBytes } from "../peer/files/helpers.ts";
import { makeIdentity, MemoryPeers } from "../peer/support.ts";
import { PASSWORD, type Serving, serving } from "../server/serving.ts";
import { tempDir } from "../../helpers/temp_dir.ts";
import { connectTo } from "./support.ts";

const MIB = 1024 * 1024;

async function openClient(
  { port }: Serving,
  account: string,
  through: (link: PeerLink) => PeerLink = (link) => link,
) {
  const open = peerLinks({ identity: await makeIdentity(), knownPeers: new MemoryPeers() });
  const openLinks: OpenLinks = (setup) => linksThrough(open(setup), through);
  const { client, events } = await connectTo({ host: "127.0.0.1", port }, { openLinks });
  await client.register({ account, password: PASSWORD });
  return { client, events, [Symbol.asyncDispose]: () => client.quit() };
}

/** Links that are as `through` makes them. */
function linksThrough(links: DirectLinks, through: (link: PeerLink) => PeerLink): DirectLinks {
  return {
    receive: (account, note) => links.receive(account, note),
    send: (account, message) => links.send(account, message),
    isVerified: (account) => links.isVerified(account),
    openLink: async (...asked: Parameters<DirectLinks["openLink"]>) =>
      through(await links.openLink(...asked)),
    [Symbol.asyncDispose]: () => links[Symbol.asyncDispose](),
  };
}

Deno.test("a file that is cut when the server is gone goes on over the link that is left", async () => {
  await using dir = await tempDir();
  const server = await serving();
  let opened = 0;
  await using amy = await openClient(server, "amy", (link) => {
    const isFirst = opened++ === 0;
    const cut = cutAfter({ read: (into) => link.reader.read(into), ...sinkOf(link) }, 20 * MIB);
    const conn = {
      read: cut.read,
      write: cut.write,
      close: cut.close,
      [Symbol.dispose]: cut.close,
    };
    return isFirst
      ? { ...link, conn, [Symbol.asyncDispose]: () => link[Symbol.asyncDispose]() }
      : link;
  });
  await using bob = await openClient(server, "bob");
  bob.client.offers.defaultFolder = join(dir.path, "into");
  await amy.client.privateMessage("bob", "hello");
  const content = someBytes(40 * MIB);
  const path = join(dir.path, "data.bin");
  await Deno.writeFile(path, content);
  await server[Symbol.asyncDispose]();
  await amy.events.wait("error", ({ code }) => code === "disconnected");
  await amy.client.sendFiles("bob", [path]);
  await bob.events.wait("offer", ({ own }) => !own);
  bob.client.offers.accept();
  const received = await bob.events.wait("received");
  assert.equal(received.sha256, sha256(content));
  assert.equal(opened, 2);
  await amy.events.wait("sent");
});

function sinkOf({ conn }: PeerLink) {
  return { write: (bytes: Uint8Array) => conn.write(bytes), close: () => conn.close() };
}
