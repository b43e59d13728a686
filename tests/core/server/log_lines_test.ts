import assert from "node:assert/strict";
import { join } from "node:path";
import { RELAY_ALPN } from "../../../core/net/alpn.ts";
import { runAdminCommand } from "../../../core/server/doors/admin/commands.ts";
import { tempDir } from "../../helpers/mod.ts";
import { logged } from "./logged.ts";
import { serving } from "./serving.ts";

Deno.test("the log tells which nick is at which address, when it comes and when it changes", async () => {
  await using log = await logged();
  await using chat = await serving();
  const amy = await chat.connect({ from: "127.0.0.2" });
  await amy.enter("amy");
  await log.has(/irc: amy is at 127\.0\.0\.2$/);
  amy.say("NICK amelie");
  await amy.sync();
  await log.has(/irc: amelie is at 127\.0\.0\.2 former="?amy"?$/);
});

Deno.test("the log tells why a connection ended, whatever its door, and tells it once", async (t) => {
  await using log = await logged();
  await using chat = await serving();
  await chat.register("amy");

  await t.step("a browser's", async () => {
    const browser = await chat.connect();
    browser.say("GET / HTTP/1.1", "");
    await browser.untilClosed();
    await log.has(/server: closed: 127\.0\.0\.1, answered door="?http"?/);
  });

  await t.step("a caller's whom nobody expects", async () => {
    const caller = await chat.connect({ alpn: [RELAY_ALPN] });
    caller.say("RELAY nowhere");
    assert.deepEqual(await caller.untilClosed(), ["ERROR unknown rendezvous"]);
    await log.has(/server: closed: 127\.0\.0\.1, unknown rendezvous door="?relay"?/);
  });

  await t.step("two callers' who had met", async () => {
    const { relay } = chat.server.context;
    const rendezvous = new Uint8Array(32).toBase64({ alphabet: "base64url", omitPadding: true });
    assert.equal(relay.announce("amy", rendezvous), "ok");
    const callers = await Promise.all(
      ["127.0.0.2", "127.0.0.3"].map((from) => chat.connect({ alpn: [RELAY_ALPN], from })),
    );
    for (const caller of callers) caller.say(`RELAY ${rendezvous}`);
    for (const caller of callers) await caller.expect(/^OK$/);
    callers[0]!.destroy();
    await callers[1]!.untilClosed();
    await log.has(/closed: 127\.0\.0\.2, .* door="?relay"?/);
    assert.equal(log.count(/closed: 127\.0\.0\.2, the other side/), 0);
    await log.has(/closed: 127\.0\.0\.3, the other side closed door="?relay"?/);
  });

  await t.step("and not twice where the server hangs up", async () => {
    const caller = await chat.connect({ alpn: [RELAY_ALPN], from: "127.0.0.4" });
    await log.has(/connected: 127\.0\.0\.4 by relay/);
    const ban = { v: 1, command: "ban", kind: "address", mask: "127.0.0.4", reason: "" } as const;
    await runAdminCommand(chat.server.context, ban);
    await caller.untilClosed();
    await chat.until(() => chat.server.context.connections.count === 0);
    assert.equal(log.count(/closed: 127\.0\.0\.4, Banned /), 1);
    assert.equal(log.count(/closed: 127\.0\.0\.4/), 1);
  });
});

Deno.test("the log names the file that a backup goes to in the end", async () => {
  await using log = await logged();
  await using folder = await tempDir();
  await using chat = await serving();
  const path = join(folder.path, ".backup-1.sqlite");
  const request = { v: 1, command: "backup", path, file: "/srv/copy.sqlite" } as const;
  await runAdminCommand(chat.server.context, request);
  await log.has(/admin: backed up: \/srv\/copy\.sqlite, \d+ bytes$/);
});
