import assert from "node:assert/strict";
import { crowdAt } from "../helpers/crowd.ts";
import { recovery, startTightServer, withOpenFiles } from "../helpers/descriptors.ts";
import { eventually } from "../helpers/eventually.ts";
import { IrcClient } from "../helpers/irc_client.ts";
import { runChat, startServer, tempDir } from "../helpers/mod.ts";

Deno.test("chat serve lowers its slots to what the limit of open files leaves room for, and says so", async () => {
  await using server = await startServer({
    flags: ["--slots", "1000"],
    within: withOpenFiles(200),
  });
  const [, slots] = await server.chat.line(
    /^Slots lowered from 1000 to (\d+): the limit of open files is 200 \(ulimit -n\)\.$/,
  );
  assert(Number(slots) > 50 && Number(slots) < 150, slots);
  await server.chat.errorLine(/warning .*Slots lowered from 1000 to/);
});

Deno.test("chat serve refuses to start without room for connections", async () => {
  await using folder = await tempDir();
  const args = ["serve", "0", "--data", `${folder.path}/d`, "--certs", `${folder.path}/c`];
  const { code, stdout, stderr } = await runChat(args, { within: withOpenFiles(44) });
  assert.equal(code, 1);
  assert.match(stderr, /^chat: Cannot serve: the limit of open files is 44 \(ulimit -n\), .*\n$/);
  assert.doesNotMatch(stdout, /started/);
});

Deno.test("chat serve says nothing of open files where there are enough", async () => {
  const server = await startServer();
  await server[Symbol.asyncDispose]();
  assert.doesNotMatch(server.chat.stdout + server.chat.stderr, /open files/);
});

for (const engine of ["node", "deno"]) {
  Deno.test(`chat serve lets everybody in again once file descriptors are free, --tls-engine ${engine}`, async (t) => {
    await using tight = await startTightServer(engine);
    await using amy = await IrcClient.connect({ port: tight.server.port });
    await amy.enter("amy");
    const ports = { tls: tight.server.port, plain: tight.plain, metrics: tight.metrics };
    for (const [name, port] of Object.entries(ports)) {
      await t.step(`after a crowd at the port for ${name}`, async () => {
        await (await crowdAt(port, 400))[Symbol.asyncDispose]();
        const times = Object.values(await recovery(tight));
        assert(Math.max(...times) < 15_000, String(times));
        await eventually(async () => await tight.ready() === "200 ok", "ready");
        await amy.sync();
      });
    }
  });
}
