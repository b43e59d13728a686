import assert from "node:assert/strict";
import { join } from "node:path";
import { pinOf } from "../../../core/identity/fingerprint.ts";
import { makeCertificate } from "../../../core/identity/make_certificate.ts";
import { tempDir } from "../../helpers/mod.ts";
import { openssl } from "./openssl.ts";
import { fingerprintByNode, greetByDeno } from "./tls_links.ts";

const NAMES = ["localhost", "127.0.0.1", "::1", "Chat.Example"];

Deno.test("makeCertificate() makes what openssl calls a P-256 server certificate, no CA", async () => {
  await using dir = await tempDir();
  const { certPem, keyPem } = await makeCertificate({ names: NAMES, days: 30 });
  await Deno.writeTextFile(join(dir.path, "cert.pem"), certPem);
  await Deno.writeTextFile(join(dir.path, "key.pem"), keyPem);
  const text = await openssl(["x509", "-in", "cert.pem", "-noout", "-text"], dir.path);
  assert.match(text, /Version: 3/);
  assert.match(text, /ASN1 OID: prime256v1/);
  assert.match(text, /Basic Constraints: critical\s+CA:FALSE/);
  assert.match(text, /Key Usage: critical\s+Digital Signature\n/);
  assert.match(text, /TLS Web Server Authentication, TLS Web Client Authentication/);
  assert.match(
    text,
    /DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:chat.ex/,
  );
  assert.match(text, /Subject: CN = localhost/);
  assert.match(await openssl(["verify", "-CAfile", "cert.pem", "cert.pem"], dir.path), /: OK/);
  for (const purpose of ["sslserver", "sslclient"]) {
    await openssl(
      ["verify", "-purpose", purpose, "-CAfile", "cert.pem", "-partial_chain", "cert.pem"],
      dir.path,
    );
  }
  assert.match(await openssl(["pkey", "-in", "key.pem", "-check", "-noout"], dir.path), /valid/);
});

Deno.test("makeCertificate() backdates by a day, and gives exactly the days asked for", async () => {
  await using dir = await tempDir();
  const now = new Date("2030-06-01T12:00:00Z");
  const { certPem } = await makeCertificate({ names: ["localhost"], days: 30, now });
  await Deno.writeTextFile(join(dir.path, "cert.pem"), certPem);
  const dates = await openssl(["x509", "-in", "cert.pem", "-noout", "-dates"], dir.path);
  assert.match(dates, /notBefore=May 31 12:00:00 2030 GMT\nnotAfter=Jul \s1 12:00:00 2030 GMT/);
});

Deno.test("makeCertificate() writes dates from 2050 on as openssl reads them", async () => {
  await using dir = await tempDir();
  const { certPem } = await makeCertificate({
    names: ["localhost"],
    days: 36_500,
    now: new Date("2030-06-01T12:00:00Z"),
  });
  await Deno.writeTextFile(join(dir.path, "cert.pem"), certPem);
  const dates = await openssl(["x509", "-in", "cert.pem", "-noout", "-enddate"], dir.path);
  assert.match(dates, /notAfter=May \s8 12:00:00 2130 GMT/);
});

Deno.test("makeCertificate() never gives the same serial number or key twice", async () => {
  const pairs = await Promise.all(
    Array.from({ length: 8 }, () => makeCertificate({ names: ["localhost"], days: 1 })),
  );
  assert.equal(new Set(pairs.map(({ certPem }) => pinOf(certPem))).size, pairs.length);
  await using dir = await tempDir();
  const serials = await Promise.all(pairs.map(async ({ certPem }, index) => {
    await Deno.writeTextFile(join(dir.path, `${index}.pem`), certPem);
    return await openssl(["x509", "-in", `${index}.pem`, "-noout", "-serial"], dir.path);
  }));
  assert.equal(new Set(serials).size, pairs.length);
  for (const serial of serials) assert.match(serial, /^serial=[4-7][0-9A-F]{31}\n$/);
});

Deno.test("makeCertificate() keeps the pin when it is given the key", async () => {
  const first = await makeCertificate({ names: ["localhost"], days: 1 });
  const again = await makeCertificate({ names: ["localhost"], days: 9, keyPem: first.keyPem });
  assert.notEqual(again.certPem, first.certPem);
  assert.equal(again.keyPem, first.keyPem);
  assert.equal(pinOf(again.certPem), pinOf(first.certPem));
});

Deno.test("makeCertificate() refuses a missing or invalid name", async () => {
  await assert.rejects(makeCertificate({ names: [], days: 1 }), RangeError);
  await assert.rejects(makeCertificate({ names: ["a b"], days: 1 }), {
    name: "RangeError",
    message: 'Cannot put "a b" into a certificate: neither host name nor IP address',
  });
});

Deno.test("makeCertificate() leaves a name too long for a common name to the alternative names", async () => {
  await using dir = await tempDir();
  const name = `${"long.".repeat(12)}name.example`;
  const { certPem } = await makeCertificate({ names: [name], days: 1 });
  await Deno.writeTextFile(join(dir.path, "cert.pem"), certPem);
  const text = await openssl(["x509", "-in", "cert.pem", "-noout", "-text"], dir.path);
  assert.match(text, /Subject: CN = chat\n/);
  assert(text.includes(`DNS:${name}`));
});

Deno.test("a certificate made here is accepted by a TLS client that trusts only it", async () => {
  const pair = await makeCertificate({ names: NAMES, days: 1 });
  for (const host of ["localhost", "127.0.0.1", "chat.example"]) {
    assert.equal(await greetByDeno(pair, pair.certPem, host), "hello");
  }
  assert.match(await fingerprintByNode(pair), /^[0-9A-F:]{95}$/);
});

Deno.test("a certificate made here is refused under another name, and by who trusts another one", async () => {
  const pair = await makeCertificate({ names: ["chat.example"], days: 1 });
  const other = await makeCertificate({ names: ["chat.example"], days: 1 });
  await assert.rejects(greetByDeno(pair, pair.certPem, "localhost"), /not valid for name/);
  await assert.rejects(
    greetByDeno(pair, other.certPem, "chat.example"),
    /invalid peer certificate/,
  );
});
