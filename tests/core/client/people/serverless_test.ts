import assert from "node:assert/strict";
import { join } from "node:path";
import type { DirectLinks, OpenLinks } from "../../../../core/client/mod.ts";
import { peerLinks } from "../../../../core/client/people/peer_links.ts";
import type { PeerLink, PeerService } from "../../../../core/peer/mod.ts";
import { eventually } from "../../../helpers/eventually.ts";
import { tempDir } from "../../../helpers/temp_dir.ts";
import { cutAfter, sha256, someBytes } from "../../peer/files/helpers.ts";
import { makeIdentity, MemoryPeers } from "../../peer/support.ts";
import { PASSWORD, type Serving, serving } from "../../server/serving.ts";
import { connectTo } from "../support.ts";

const MIB = 1024 * 1024;

async function openClient(
  { port }: Serving,
  account: string,
  through: (link: PeerLink) => PeerLink = (link) => link,
) {
  const opened = Promise.withResolvers<PeerService>();
  const open = peerLinks({
    identity: await makeIdentity(),
    knownPeers: new MemoryPeers(),
    onService: (service) => service && opened.resolve(service),
  });
  const openLinks: OpenLinks = (setup) => linksThrough(open(setup), through);
  const { client, events } = await connectTo({ host: "127.0.0.1", port }, { openLinks });
  await client.own.register({ account, password: PASSWORD });
  const service = await opened.promise;
  return { client, events, service, [Symbol.asyncDispose]: () => client.quit() };
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

Deno.test("a file under way is link enough for what follows when the server is gone", async () => {
  await using dir = await tempDir();
  const server = await serving();
  await using amy = await openClient(server, "amy");
  await using bob = await openClient(server, "bob");
  for (const { client } of [amy, bob]) client.offers.defaultFolder = join(dir.path, "into");
  const [first, second] = [join(dir.path, "first"), join(dir.path, "second")];
  for (const path of [first, second]) await Deno.writeFile(path, someBytes(1_000));
  await amy.client.files.send("bob", [first]);
  const { number } = await bob.events.wait("offer", ({ own }) => !own);
  // Beside the link that waits for an answer, one for notes comes about.
  await eventually(() => amy.service.linkCount === 2 && bob.service.linkCount === 2);
  await server[Symbol.asyncDispose]();
  await bob.client.files.send("amy", [second]);
  await amy.events.wait("offer", ({ own }) => !own);
  amy.client.offers.accept();
  await amy.events.wait("received");
  bob.client.offers.accept(number);
  await bob.events.wait("received");
});

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
  await amy.client.people.message("bob", "hello");
  const content = someBytes(40 * MIB);
  const path = join(dir.path, "data.bin");
  await Deno.writeFile(path, content);
  await server[Symbol.asyncDispose]();
  await amy.events.wait("error", ({ code }) => code === "disconnected");
  await amy.client.files.send("bob", [path]);
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
