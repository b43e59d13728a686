import assert from "node:assert/strict";
import { join } from "node:path";
import { makeCertificate } from "../../core/identity/make_certificate.ts";
import { writePemPair } from "../../core/identity/pem_pair.ts";
import { runChat, startServer, tempDir } from "../helpers/mod.ts";
import { program } from "../helpers/program.ts";
import { ENGINES, filesIn } from "./serve_support.ts";

/** Runs a server that is meant not to start. */
async function refusal(args: readonly string[]) {
  const { code, stdout, stderr } = await runChat(["serve", ...args]);
  assert(!stdout.includes("Chat server started"), stdout);
  return { code, stderr };
}

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
