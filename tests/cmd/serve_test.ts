import assert from "node:assert/strict";
import { join } from "node:path";
import tls from "node:tls";
import { defaultServerName } from "../../cmd/serve/server_name.ts";
import { makeCertificate } from "../../core/identity/make_certificate.ts";
import { loadPemPair, writePemPair } from "../../core/identity/pem_pair.ts";
import { KINDS, makeChain, makeSelfSigned } from "../core/identity/openssl.ts";
import { IrcClient } from "../helpers/irc_client.ts";
import {
  freePort,
  runChat,
  type ServerOptions,
  startChat,
  startServer,
  tempDir,
} from "../helpers/mod.ts";
import { program } from "../helpers/program.ts";

const ENGINES = ["node", "deno"] as const;
const PASSWORD = "correct-horse-7";

/** The flags of a server with all its files in `dir`. */
function filesIn(dir: string): string[] {
  return ["--host", "127.0.0.1", "--certs", join(dir, "certs"), "--data", join(dir, "data")];
}

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

/** Runs a server that is meant not to start. */
async function refusal(args: readonly string[]) {
  const { code, stdout, stderr } = await runChat(["serve", ...args]);
  assert(!stdout.includes("Chat server started"), stdout);
  return { code, stderr };
}

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

Deno.test("chat serve says in one line what keeps it from starting", async (t) => {
  await using dir = await tempDir();
  const certs = join(dir.path, "certs");
  const pair = await makeCertificate({ names: ["localhost"], days: 9 });
  const renew = () => writePemPair(certs, pair, { force: true });
  await renew();

  await t.step("a port in use, with either engine", async () => {
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = taken.addr;
    for (const engine of ENGINES) {
      const { code, stderr } = await refusal([
        String(port),
        "--tls-engine",
        engine,
        ...filesIn(dir.path),
      ]);
      assert.equal(
        stderr,
        `chat: Cannot listen on 127.0.0.1:${port}: the port is in use by another program\n`,
      );
      assert.equal(code, 1);
    }
  });

  await t.step("a name that is not a host name with a dot", async () => {
    for (const name of ["chat", "192.0.2.7", "*.example.org", "chat example.org"]) {
      const { code, stderr } = await refusal(["0", ...filesIn(dir.path), "--name", name]);
      assert.match(stderr, /It must be a host name with a dot, such as chat\.example\.org/);
      assert.equal(code, 2);
    }
  });

  await t.step("an address this machine does not have", async () => {
    const { code, stderr } = await refusal(["0", ...filesIn(dir.path), "--host", "192.0.2.1"]);
    assert.equal(
      stderr,
      "chat: Cannot listen on 192.0.2.1:0: this machine does not have that address\n",
    );
    assert.equal(code, 1);
  });

  await t.step("a port under 1024 without the right to it, with either engine", async () => {
    for (const engine of ENGINES) {
      const { code, stderr } = await withoutRights([
        "serve",
        "443",
        "--tls-engine",
        engine,
        ...filesIn(dir.path),
      ]);
      assert.equal(
        stderr,
        "chat: Cannot listen on 127.0.0.1:443: ports under 1024 need root's rights (or CAP_NET_BIND_SERVICE)\n",
      );
      assert.equal(code, 1);
    }
  });

  const broken: readonly [what: string, breakIt: () => Promise<unknown>, message: RegExp][] = [
    ["a key of another certificate", async () => {
      const other = await makeCertificate({ names: ["localhost"], days: 9 });
      await Deno.writeTextFile(join(certs, "key.pem"), other.keyPem);
    }, /key.*(certificate|cert\.pem)/],
    [
      "an expired certificate",
      async () =>
        await writePemPair(certs, await makeCertificate({ names: ["localhost"], days: -1 }), {
          force: true,
        }),
      /expired/,
    ],
    ["no key", () => Deno.remove(join(certs, "key.pem")), /key\.pem/],
    [
      "a folder where the certificate should be",
      async () => {
        await Deno.remove(join(certs, "cert.pem"));
        await Deno.mkdir(join(certs, "cert.pem"));
      },
      /cert\.pem/,
    ],
    [
      "a file that is not a certificate",
      async () => {
        await Deno.remove(join(certs, "cert.pem"), { recursive: true });
        await Deno.writeTextFile(join(certs, "cert.pem"), "hello\n");
      },
      /cert\.pem/,
    ],
  ];
  for (const [what, breakIt, message] of broken) {
    await t.step(what, async () => {
      await breakIt();
      const { code, stderr } = await refusal(["0", ...filesIn(dir.path)]);
      assert.match(stderr, message);
      assert.match(stderr, /^chat: .*\n$/);
      assert(!/ at .*\.ts/.test(stderr), stderr);
      assert.equal(code, 1);
      await Deno.remove(certs, { recursive: true });
      await renew();
    });
  }

  await t.step("a data folder that is none, and a database that is none", async () => {
    const file = join(dir.path, "file");
    await Deno.writeTextFile(file, "x");
    const notFolder = await refusal(["0", ...filesIn(dir.path), "--data", file]);
    assert.match(notFolder.stderr, /^chat: Cannot use data folder .*\n$/);
    const data = join(dir.path, "bad");
    await Deno.mkdir(data);
    await Deno.writeTextFile(join(data, "chat.sqlite"), "no database ".repeat(1_000));
    const noDatabase = await refusal(["0", ...filesIn(dir.path), "--data", data]);
    assert.match(noDatabase.stderr, /^chat: Cannot open database .*chat\.sqlite: .*\n$/);
    assert.deepEqual([notFolder.code, noDatabase.code], [1, 1]);
  });

  await t.step("another server on the same data", async () => {
    await using server = await startServer();
    const { code, stderr } = await refusal(["0", ...filesIn(dir.path), "--data", server.data]);
    assert.match(
      stderr,
      /^chat: Cannot use data folder .*: database is locked, another server uses it\n$/,
    );
    assert.equal(code, 1);
  });

  await t.step("a message of the day that cannot be read", async () => {
    const { code, stderr } = await refusal(["0", ...filesIn(dir.path), "--motd", "/nonexistent"]);
    assert.match(stderr, /^chat: Cannot read message of the day \/nonexistent: .*\n$/);
    assert.equal(code, 1);
  });

  for (const args of [["70000"], ["x"], ["0", "--slots", "0"], ["0", "--tls-engine", "x"], []]) {
    await t.step(`wrong usage: ${args.join(" ")}`, async () => {
      assert.equal((await refusal(args)).code, 2);
    });
  }
});

/** Runs `chat` as somebody who may not open ports under 1024: root without that right, or the current user. */
async function withoutRights(args: readonly string[]) {
  await using start = await program(args);
  const isRoot = Deno.uid() === 0;
  const { code, stderr } = await new Deno.Command(isRoot ? "setpriv" : start.command, {
    args: isRoot
      ? ["--bounding-set=-net_bind_service", start.command, ...start.args]
      : [...start.args],
    env: start.env,
    cwd: start.cwd,
  }).output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

Deno.test("chat serve ends within 5 s at SIGTERM and SIGINT: clients are notified, nothing is lost", async (t) => {
  for (const engine of ENGINES) {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      await t.step(`${signal}, ${engine}`, async () => {
        await using dir = await tempDir();
        const [data, certs] = [join(dir.path, "data"), join(dir.path, "certs")];
        {
          await using server = await startServer({ data, certs, flags: ["--tls-engine", engine] });
          const { port } = server;
          await using amy = await IrcClient.connect({ port });
          await amy.enter("visitor");
          amy.say(`REGISTER amy * ${PASSWORD}`);
          await amy.expect(/ 366 amy #lobby /);
          await using stranger = await IrcClient.connect({ port });
          const caCerts = [(await loadPemPair(certs)).certPem];
          using _deaf = await Deno.connectTls({ hostname: "127.0.0.1", port, caCerts });
          amy.say("PRIVMSG #lobby :last words", "JOIN #own");
          await amy.sync();
          const started = performance.now();
          server.chat.kill(signal);
          const told = await amy.untilClosed();
          assert.equal(told.at(-1), "ERROR :Closing Link: Server is shutting down");
          await stranger.untilClosed();
          assert.equal(await server.chat.exit(5_000), 0);
          assert(performance.now() - started < 5_000);
          assert.doesNotMatch(server.chat.stderr, / (warning|error) /);
        }
        await using again = await startServer({ data, certs });
        await using amy = await IrcClient.connect({ port: again.port });
        amy.say(`PASS amy:${PASSWORD}`, "NICK amy", "USER a 0 * :a", "LIST");
        await amy.expect(/PRIVMSG #lobby :.*last words$/);
        await amy.expect(/ 322 amy #own /);
      });
    }
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
