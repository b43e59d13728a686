import assert from "node:assert/strict";
import { islands, register, startClient, startServer } from "../helpers/mod.ts";

Deno.test("two clients that cannot reach each other talk directly through the server's relay", async () => {
  await using network = await islands();
  const [near, far] = network.clients;
  assert(near && far);
  await using server = await startServer({ host: "0.0.0.0", within: network.server.within });
  const connect = (host: typeof near) =>
    startClient({ hostname: host.serverAddress, port: server.port }, { within: host.within });
  await using amy = await connect(near);
  await using bob = await connect(far);
  await register(amy, "amy", "a password for amy");
  await register(bob, "bob", "a password for bob");

  await amy.say("/msg bob by the long way");
  const private_ = await bob.event("private", ({ text }) => text === "by the long way");
  assert.equal(private_["direct"], true);
  await amy.event("delivered", ({ to, direct }) => to === "bob" && direct === true);

  await bob.say("/msg amy and back");
  await amy.event("private", ({ text, direct }) => text === "and back" && direct === true);
});
