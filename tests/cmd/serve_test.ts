import assert from "node:assert/strict";
import { join } from "node:path";
import tls from "node:tls";
import { defaultServerName } from "../../cmd/serve/server_name.ts";
import { makeCertificate } from "../../core/identity/make_certificate.ts";
import { writePemPair } from "../../core/identity/pem_pair.ts";
import { KINDS, makeChain, makeSelfSigned } from "../core/identity/openssl.ts";
import { IrcClient } from "../helpers/irc_client.ts";
import { freePort, type ServerOptions, startChat, startServer, tempDir } from "../helpers/mod.ts";
import { ENGINES, filesIn } from "./serve_support.ts";

Deno.test("chat serve makes a certificate on its first start, and keeps it", async () => {
  await using dir = await tempDir();
  const certs = join(dir.path, "certs");
  let fingerprint: string;
  {
    await using first = await startServer({ certs });
    assert.match(
      first.chat.stdout,
      /^No certificate in .*certs: made a self-signed one, .*cert\.pem\.$/m,
    );
    await first.chat.line(new RegExp(`^Connect with: chat connect localhost ${first.port}$`));
    fingerprint = first.fingerprint;
    assert.equal((await Deno.stat(join(certs, "key.pem"))).mode! & 0o777, 0o600);
  }
  await using second = await startServer({ certs });
  assert(!second.chat.stdout.includes("made a self-signed one"));
  assert.equal(second.fingerprint, fingerprint);
});

Deno.test("chat serve takes every kind of pair, with either engine", async (t) => {
  const pairs: readonly (readonly [what: string, make: (dir: string) => Promise<void>])[] = [
    ...Object.entries(KINDS).map(([kind, newkey]) =>
      [`${kind} of openssl req -x509`, (dir: string) => makeSelfSigned(dir, newkey)] as const
    ),
    ["a chain of a CA", makeChain],
  ];
  for (const [what, make] of pairs) {
    for (const engine of ENGINES) {
      await t.step(`${what}, ${engine}`, async () => {
        await using dir = await tempDir();
        await make(dir.path);
        await using server = await startServer({
          certs: dir.path,
          flags: ["--guests", "--tls-engine", engine],
        });
        await using client = await IrcClient.connect({ port: server.port });
        assert(client.socket instanceof tls.TLSSocket);
        assert.equal(
          client.socket.getPeerCertificate().fingerprint256,
          server.fingerprint.match(/[0-9A-F:]{95}/i)?.[0].toUpperCase(),
        );
        await client.enter("amy");
      });
    }
  }
});

Deno.test("chat serve is called in IRC what --name says, else what its certificate or its machine is called", async (t) => {
  await using dir = await tempDir();
  await writePemPair(dir.path, await makeCertificate({ names: ["irc.example.net"], days: 9 }));
  const machine = defaultServerName([], Deno.hostname());
  const config = join(dir.path, "chat.toml");
  await Deno.writeTextFile(config, 'name = "toml.example.org"\n');
  const cases: readonly (readonly [what: string, options: ServerOptions, name: string])[] = [
    [
      "by the flag",
      { certs: dir.path, flags: ["--name", "chat.example.org"] },
      "chat.example.org",
    ],
    ["by the file", { flags: ["--config", config] }, "toml.example.org"],
    ["by the certificate", { certs: dir.path }, "irc.example.net"],
    ["by the machine", {}, machine],
  ];
  for (const [what, options, name] of cases) {
    await t.step(`${what}: ${name}`, async () => {
      await using server = await startServer(options);
      await using client = await IrcClient.connect({ port: server.port });
      client.say("NICK amy", "USER amy 0 * :amy");
      const welcome = await client.until(/ (422|376) /);
      assert(welcome.every((line) => line.startsWith(`:${name} `)), welcome.join("\n"));
      assert.match(
        welcome.join("\n"),
        new RegExp(` 004 amy ${name} .*^.* 005 .* NETWORK=${name} `, "ms"),
      );
    });
  }
});

Deno.test("chat serve tells what is unusual about it", async () => {
  await using dir = await tempDir();
  const port = freePort();
  await using chat = await startChat([
    "serve",
    String(port),
    "--guests",
    "--limits",
    "off",
    "--slots",
    "2",
    ...filesIn(dir.path),
  ]);
  await chat.line(/^Guests may join and speak without an account\.$/);
  await chat.line(/^Limits are off: use this for load tests only\.$/);
  const clients = [await IrcClient.connect({ port }), await IrcClient.connect({ port })];
  for (const [n, client] of clients.entries()) await client.enter(`guest${n}`);
  await using late = await IrcClient.connect({ port });
  late.say("NICK late", "USER x 0 * :x");
  assert.deepEqual(await late.untilClosed(), [
    "ERROR :Closing Link: server is full (2 of 2 slots in use)",
  ]);
  for (const client of clients) await client[Symbol.asyncDispose]();
});
