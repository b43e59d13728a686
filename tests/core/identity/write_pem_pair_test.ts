import assert from "node:assert/strict";
import { join } from "node:path";
import { type IdentityError } from "../../../core/identity/identity_error.ts";
import { makeCertificate } from "../../../core/identity/make_certificate.ts";
import { loadPemPair, writePemPair } from "../../../core/identity/pem_pair.ts";
import { tempDir } from "../../helpers/mod.ts";

Deno.test("writePemPair() makes the folder, a private key for its owner alone, and nothing else", async () => {
  await using dir = await tempDir();
  const out = join(dir.path, "a", "b");
  const pair = await makeCertificate({ names: ["localhost"], days: 1 });
  const paths = await writePemPair(out, pair);
  assert.deepEqual(paths, { keyPath: join(out, "key.pem"), certPath: join(out, "cert.pem") });
  assert.deepEqual(await namesIn(out), ["cert.pem", "key.pem"]);
  assert.equal((await Deno.stat(paths.keyPath)).mode! & 0o777, 0o600);
  assert.equal(await Deno.readTextFile(paths.keyPath), pair.keyPem);
  assert.equal(await Deno.readTextFile(paths.certPath), pair.certPem);
});

Deno.test("writePemPair() refuses to overwrite either file, and does so when forced", async () => {
  const first = await makeCertificate({ names: ["localhost"], days: 1 });
  const second = await makeCertificate({ names: ["localhost"], days: 1 });
  for (const there of ["key.pem", "cert.pem"]) {
    await using dir = await tempDir();
    await Deno.writeTextFile(join(dir.path, there), "precious");
    await assert.rejects(writePemPair(dir.path, first), (error: IdentityError) => {
      assert.equal(error.fault, "exists");
      assert.equal(error.message, `Cannot write ${join(dir.path, there)}: it exists already`);
      return true;
    });
    assert.deepEqual(await namesIn(dir.path), [there]);
    assert.equal(await Deno.readTextFile(join(dir.path, there)), "precious");
    await writePemPair(dir.path, second, { force: true });
    assert.equal((await loadPemPair(dir.path)).keyPem, second.keyPem);
  }
});

Deno.test("writePemPair() says when the folder cannot be written", async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "file");
  await Deno.writeTextFile(file, "");
  const pair = await makeCertificate({ names: ["localhost"], days: 1 });
  await assert.rejects(writePemPair(file, pair), { fault: "unwritable" });
  await Deno.mkdir(join(dir.path, "certs", "key.pem"), { recursive: true });
  await assert.rejects(writePemPair(join(dir.path, "certs"), pair, { force: true }), {
    fault: "unwritable",
  });
  assert.deepEqual(await namesIn(join(dir.path, "certs")), ["key.pem"]);
});

Deno.test("writePemPair() lets one of many win, and forced ones never mix", async () => {
  await using dir = await tempDir();
  const pairs = await Promise.all(
    Array.from({ length: 8 }, () => makeCertificate({ names: ["localhost"], days: 1 })),
  );
  const results = await Promise.allSettled(pairs.map((pair) => writePemPair(dir.path, pair)));
  assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
  const writing = Promise.all(
    pairs.map((pair) => writePemPair(dir.path, pair, { force: true })),
  );
  const reading = Array.from({ length: 40 }, () => loadPemPair(dir.path)); // throws on a mixed pair
  await Promise.all([writing, ...reading]);
  assert.deepEqual(await namesIn(dir.path), ["cert.pem", "key.pem"]);
});

Deno.test("a write cut off before it was decided leaves the old pair", async () => {
  await using dir = await tempDir();
  const [old, lost, next] = await threePairs();
  await writePemPair(dir.path, old);
  const undecided = join(dir.path, ".new-pair-0123abcd");
  await Deno.mkdir(undecided);
  await Deno.writeTextFile(join(undecided, "key.pem"), lost.keyPem);
  assert.equal((await loadPemPair(dir.path)).keyPem, old.keyPem);
  await writePemPair(dir.path, next, { force: true });
  assert.equal((await loadPemPair(dir.path)).keyPem, next.keyPem);
  assert.deepEqual(await namesIn(dir.path), ["cert.pem", "key.pem"]);
});

Deno.test("a write cut off after it was decided is read as the new pair, and finished later", async (t) => {
  for (const moved of [[], ["key.pem"], ["key.pem", "cert.pem"]]) {
    await t.step(`${moved.length} of 2 files moved`, async () => {
      await using dir = await tempDir();
      const [old, decided] = await threePairs();
      await writePemPair(dir.path, old);
      const staged = join(dir.path, ".new-pair");
      await writePemPair(staged, decided);
      for (const name of moved) await Deno.rename(join(staged, name), join(dir.path, name));
      assert.equal((await loadPemPair(dir.path)).certPem, decided.certPem);
      await assert.rejects(writePemPair(dir.path, old), { fault: "exists" });
      assert.deepEqual(await namesIn(dir.path), ["cert.pem", "key.pem"]);
      assert.equal((await loadPemPair(dir.path)).certPem, decided.certPem);
    });
  }
});

async function threePairs() {
  const make = () => makeCertificate({ names: ["localhost"], days: 1 });
  return [await make(), await make(), await make()] as const;
}

async function namesIn(dir: string): Promise<readonly string[]> {
  return (await Array.fromAsync(Deno.readDir(dir), ({ name }) => name)).sort();
}
