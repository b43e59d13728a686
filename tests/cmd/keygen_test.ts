import assert from "node:assert/strict";
import { join } from "node:path";
import { loadPemPair } from "../../core/identity/pem_pair.ts";
import { openssl } from "../core/identity/openssl.ts";
import { runChat, startChat, tempDir } from "../helpers/mod.ts";

Deno.test("chat keygen writes a pair for this machine and every --name, and says what it wrote", async () => {
  await using dir = await tempDir();
  const out = join(dir.path, "certs");
  // deno-fmt-ignore
  const { code, stdout, stderr } = await runChat(["keygen", "--out", out, "--days", "30",
    "--name", "chat.example", "10.1.2.3", "--name", "2001:db8::7"]);
  assert.equal(code, 0, stderr);
  assert.equal(stderr, "");
  const [key, cert] = [join(out, "key.pem"), join(out, "cert.pem")];
  assert.equal((await Deno.stat(key)).mode! & 0o777, 0o600);
  const text = await openssl(["x509", "-in", cert, "-noout", "-text"]);
  assert.match(text, /CA:FALSE/);
  assert.match(text, /ASN1 OID: prime256v1/);
  for (const name of ["DNS:chat.example", "DNS:localhost", "IP Address:10.1.2.3"]) {
    assert(text.includes(name), name);
  }
  assert.match(text, /IP Address:127\.0\.0\.1.*IP Address:0:0:0:0:0:0:0:1/);
  assert.match(text, /IP Address:2001:DB8:0:0:0:0:0:7/);
  const printed = await openssl(["x509", "-in", cert, "-noout", "-fingerprint", "-sha256"]);
  assert(stdout.includes(printed.trim().split("=")[1] ?? "no fingerprint"));
  const { notAfter } = await loadPemPair(out);
  for (const part of [key, cert, `Expires:      ${notAfter.toISOString().slice(0, 10)}`]) {
    assert(stdout.includes(part), part);
  }
  const days = (notAfter.getTime() - Date.now()) / 86_400_000;
  assert(days > 29.9 && days <= 30, String(days));
});

Deno.test("chat keygen writes into certs and for a year when nothing is said", async () => {
  await using dir = await tempDir();
  const { code, stderr } = await runChat(["keygen"], { cwd: dir.path });
  assert.equal(code, 0, stderr);
  const { notAfter, names } = await loadPemPair(join(dir.path, "certs"));
  assert.deepEqual(names, ["localhost", "127.0.0.1", "::1"]);
  assert.equal(Math.round((notAfter.getTime() - Date.now()) / 86_400_000), 365);
});

Deno.test("chat keygen keeps a pair that is there, unless --force is given", async () => {
  await using dir = await tempDir();
  const args = ["keygen", "--out", dir.path];
  assert.equal((await runChat(args)).code, 0);
  const before = await loadPemPair(dir.path);
  const { code, stdout, stderr } = await runChat(args);
  assert.equal(code, 1);
  assert.equal(stdout, "");
  const path = join(dir.path, "key.pem");
  assert.equal(
    stderr,
    `chat: Cannot write ${path}: it exists already (--force replaces the pair)\n`,
  );
  assert.deepEqual(await loadPemPair(dir.path), before);
  assert.equal((await runChat([...args, "--force"])).code, 0);
  assert.notEqual((await loadPemPair(dir.path)).fingerprint, before.fingerprint);
});

Deno.test("chat keygen says in one line that a folder cannot be written", async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "file");
  await Deno.writeTextFile(file, "");
  const { code, stderr } = await runChat(["keygen", "--out", join(file, "certs")]);
  assert.equal(code, 1);
  assert.match(stderr, /^chat: Cannot write .*certs\/key\.pem and .*\n$/);
});

Deno.test("chat keygen answers a wrong command line with exit code 2, and writes nothing", async (t) => {
  const wrong: Readonly<Record<string, readonly [args: readonly string[], says: RegExp]>> = {
    "days of nothing": [["--days", "0"], /'0' is invalid\. It must be a whole number \(1-/],
    "days of a fraction": [["--days", "1.5"], /'1\.5' is invalid/],
    "days of words": [["--days", "soon"], /'soon' is invalid/],
    "too many days": [["--days", "36501"], /'36501' is invalid/],
    "negative days": [["--days=-1"], /'-1' is invalid/],
    "a name with a port": [["--name", "chat.example:9000"], /must be a host name or an IP address/],
    "a second name that is none": [["--name", "chat.example", "a b"], /'a b' is invalid/],
    "no name": [["--name"], /argument missing/],
    "an argument": [["extra"], /too many arguments/],
    "an unknown flag": [["--bits", "4096"], /unknown option '--bits'/],
  };
  await using dir = await tempDir();
  for (const [what, [args, says]] of Object.entries(wrong)) {
    await t.step(what, async () => {
      const out = join(dir.path, "certs");
      const { code, stderr } = await runChat(["keygen", "--out", out, ...args]);
      assert.equal(code, 2, stderr);
      assert.match(stderr, says);
      await assert.rejects(Deno.stat(out), Deno.errors.NotFound);
    });
  }
});

Deno.test("chat keygen leaves no half pair, whenever it is killed", async () => {
  await using dir = await tempDir();
  const first = await runChat(["keygen", "--out", dir.path]);
  assert.equal(first.code, 0, first.stderr);
  const before = (await loadPemPair(dir.path)).fingerprint;
  for (const stop of ["any change", "key.pem", "cert.pem"]) {
    const watcher = Deno.watchFs(dir.path);
    await using chat = await startChat(["keygen", "--force", "--out", dir.path]);
    for await (const { paths } of watcher) {
      if (stop === "any change" || paths.some((path) => path.endsWith(stop))) break;
    }
    chat.kill("SIGKILL");
    await chat.exit();
    await loadPemPair(dir.path); // throws when key and certificate are of two pairs
  }
  const again = await runChat(["keygen", "--force", "--out", dir.path]);
  assert.equal(again.code, 0, again.stderr);
  assert.notEqual((await loadPemPair(dir.path)).fingerprint, before);
  const names = await Array.fromAsync(Deno.readDir(dir.path), ({ name }) => name);
  assert.deepEqual(names.sort(), ["cert.pem", "key.pem"]);
});
