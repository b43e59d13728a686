import assert from "node:assert/strict";
import { join } from "node:path";
import { X509Certificate } from "node:crypto";
import { fingerprintOf, pinOf } from "../../../core/identity/fingerprint.ts";
import { type Identity, loadOrMakeIdentity, PEER_NAME } from "../../../core/identity/identity.ts";
import { makeCertificate } from "../../../core/identity/make_certificate.ts";
import { ROOT, tempDir } from "../../helpers/mod.ts";
import { openssl } from "./openssl.ts";
import { fingerprintByNode, greetByDeno } from "./tls_links.ts";

const DAY_MS = 86_400_000;

Deno.test("loadOrMakeIdentity() makes a P-256 certificate, no CA, that only its owner can read", async () => {
  await using dir = await tempDir();
  const home = join(dir.path, "a", "home");
  const identity = await loadOrMakeIdentity(home);
  const file = join(home, "identity.pem");
  assert.equal((await Deno.stat(home)).mode! & 0o777, 0o700);
  assert.equal((await Deno.stat(file)).mode! & 0o777, 0o600);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(home), ({ name }) => name), ["identity.pem"]);
  const text = await openssl(["x509", "-in", file, "-noout", "-text"]);
  assert.match(text, /ASN1 OID: prime256v1/);
  assert.match(text, /CA:FALSE/);
  assert.equal(identity.pin, pinOf(identity.certPem));
  assert.deepEqual(
    fingerprintOf(identity.certDer),
    new X509Certificate(identity.certPem).fingerprint256,
  );
});

Deno.test("loadOrMakeIdentity() gives the same identity every time", async () => {
  await using dir = await tempDir();
  assert.deepEqual(await loadOrMakeIdentity(dir.path), await loadOrMakeIdentity(dir.path));
});

Deno.test("loadOrMakeIdentity() makes one identity, however many begin at once", async () => {
  await using dir = await tempDir();
  const all = await Promise.all(Array.from({ length: 8 }, () => loadOrMakeIdentity(dir.path)));
  assert.equal(new Set(all.map(({ pin }) => pin)).size, 1);
});

Deno.test("loadOrMakeIdentity() makes one identity in several processes", async () => {
  await using dir = await tempDir();
  const module = new URL("../../../core/identity/identity.ts", import.meta.url).href;
  const script = `const { loadOrMakeIdentity } = await import("${module}");
    console.log((await loadOrMakeIdentity(Deno.args[0])).pin);`;
  await Deno.writeTextFile(join(dir.path, "script.ts"), script);
  const pins = await Promise.all(Array.from({ length: 3 }, async () => {
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      // deno-fmt-ignore
      args: ["run", "-A", "-q", "--no-check", "--config", join(ROOT, "deno.json"),
        join(dir.path, "script.ts"), join(dir.path, "home")],
    }).output();
    return new TextDecoder().decode(stdout) || new TextDecoder().decode(stderr);
  }));
  assert.match(pins[0] ?? "", /^[0-9a-f]{64}\n$/);
  assert.equal(new Set(pins).size, 1, pins.join(""));
});

Deno.test("an identity holds a TLS link with who trusts only it", async () => {
  await using dir = await tempDir();
  const identity = await loadOrMakeIdentity(dir.path);
  assert.equal(await greetByDeno(identity, identity.certPem, PEER_NAME), "hello");
  assert.equal(await fingerprintByNode(identity), fingerprintOf(identity.certDer));
});

Deno.test("loadOrMakeIdentity() renews a certificate in its last 90 days, with the same key", async () => {
  await using dir = await tempDir();
  const made = await loadOrMakeIdentity(dir.path);
  const expires = Date.parse(new X509Certificate(made.certPem).validTo);
  const before = new Date(expires - 91 * DAY_MS);
  assert.deepEqual(await loadOrMakeIdentity(dir.path, { now: before }), made);
  for (const now of [new Date(expires - 89 * DAY_MS), new Date(expires + 9_999 * DAY_MS)]) {
    const renewed: Identity = await loadOrMakeIdentity(dir.path, { now });
    assert.equal(renewed.pin, made.pin);
    assert.notEqual(renewed.certPem, made.certPem);
    assert.deepEqual(await loadOrMakeIdentity(dir.path, { now }), renewed);
  }
});

Deno.test("an identity made while the clock was wrong is good when it is right, and keeps its key", async () => {
  const right = new Date("2030-06-01T12:00:00Z");
  for (const wrong of ["2040-01-01T00:00:00Z", "1970-01-01T00:00:00Z"]) {
    await using dir = await tempDir();
    const made = await loadOrMakeIdentity(dir.path, { now: new Date(wrong) });
    const { validFrom, validTo } = new X509Certificate(made.certPem);
    assert(Date.parse(validFrom) < right.getTime() && Date.parse(validTo) > right.getTime(), wrong);
    assert.deepEqual(await loadOrMakeIdentity(dir.path, { now: right }), made);
  }
});

Deno.test("an identity that is not valid yet is made again with the same key", async () => {
  await using dir = await tempDir();
  const now = new Date("2040-01-01T00:00:00Z");
  const { certPem, keyPem } = await makeCertificate({ names: [PEER_NAME], days: 3_650, now });
  await Deno.writeTextFile(join(dir.path, "identity.pem"), keyPem + certPem, { mode: 0o600 });
  const early = new Date("2030-01-01T00:00:00Z");
  const renewed = await loadOrMakeIdentity(dir.path, { now: early });
  assert.equal(renewed.pin, pinOf(certPem));
  assert(Date.parse(new X509Certificate(renewed.certPem).validFrom) < early.getTime());
});

Deno.test("loadOrMakeIdentity() never replaces a file that it cannot use", async (t) => {
  const pair = await makeCertificate({ names: [PEER_NAME], days: 100 });
  const other = await makeCertificate({ names: [PEER_NAME], days: 100 });
  const broken = {
    "empty": "",
    "garbage": "\0\xff garbage",
    "only a key": pair.keyPem,
    "only a certificate": pair.certPem,
    "the key of another certificate": other.keyPem + pair.certPem,
    "cut short": (pair.keyPem + pair.certPem).slice(0, -100),
  };
  for (const [what, text] of Object.entries(broken)) {
    await t.step(what, async () => {
      await using dir = await tempDir();
      const path = join(dir.path, "identity.pem");
      await Deno.writeTextFile(path, text);
      await assert.rejects(loadOrMakeIdentity(dir.path), {
        name: "IdentityError",
        fault: "bad-pem",
        message: `Cannot use ${path}: not a key with its certificate`,
      });
      assert.equal(await Deno.readTextFile(path), text);
    });
  }
});

Deno.test("loadOrMakeIdentity() reports a path that is not a folder", async () => {
  await using dir = await tempDir();
  const path = join(dir.path, "file");
  await Deno.writeTextFile(path, "");
  await assert.rejects(loadOrMakeIdentity(path), { name: "IdentityError", fault: "unreadable" });
  await Deno.mkdir(join(dir.path, "identity.pem"));
  await assert.rejects(loadOrMakeIdentity(dir.path), { fault: "unreadable" });
});
