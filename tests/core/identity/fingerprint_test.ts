import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { X509Certificate } from "node:crypto";
import {
  fingerprintOf,
  isPin,
  parseFingerprint,
  pinOf,
} from "../../../core/identity/fingerprint.ts";
import { makeCertificate } from "../../../core/identity/make_certificate.ts";
import { tempDir } from "../../helpers/mod.ts";
import { KINDS, makeSelfSigned, openssl } from "./openssl.ts";

Deno.test("fingerprintOf() and pinOf() agree with openssl for every kind of key", async (t) => {
  for (const [kind, newkey] of Object.entries(KINDS)) {
    await t.step(kind, async () => {
      await using dir = await tempDir();
      await makeSelfSigned(dir.path, newkey);
      const pem = await Deno.readTextFile(join(dir.path, "cert.pem"));
      const der = new X509Certificate(pem).raw;
      const printed = await openssl(
        ["x509", "-in", "cert.pem", "-noout", "-fingerprint", "-sha256"],
        dir.path,
      );
      assert.equal(fingerprintOf(der), printed.trim().split("=")[1]);
      assert.equal(parseFingerprint(printed), fingerprintOf(der));
      await openssl(["x509", "-in", "cert.pem", "-noout", "-pubkey", "-out", "pub.pem"], dir.path);
      await openssl(
        ["pkey", "-pubin", "-in", "pub.pem", "-outform", "DER", "-out", "pub.der"],
        dir.path,
      );
      const digest = await openssl(["dgst", "-sha256", "-r", "pub.der"], dir.path);
      assert.equal(pinOf(der), digest.split(" ")[0]);
      assert.equal(pinOf(pem), pinOf(der));
    });
  }
});

const digest = fc.uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => bytes.toHex());

Deno.test("parseFingerprint() reads every way of writing the same 32 bytes", () => {
  const spelling = fc.record({
    hex: digest,
    prefix: fc.constantFrom("", "SHA256:", "sha256:", "SHA-256: ", "sha256 Fingerprint="),
    colons: fc.boolean(),
    upper: fc.boolean(),
    space: fc.constantFrom("", " ", "\n"),
  });
  fc.assert(fc.property(spelling, ({ hex, prefix, colons, upper, space }) => {
    const cased = upper ? hex.toUpperCase() : hex;
    const text = colons ? cased.replace(/..(?=.)/g, "$&:") : cased;
    const expected = hex.toUpperCase().replace(/..(?=.)/g, "$&:");
    assert.equal(parseFingerprint(`${space}${prefix}${text}${space}`), expected);
  }));
});

Deno.test("parseFingerprint() takes what it gave, and nothing that is shorter or longer", () => {
  fc.assert(fc.property(digest, (hex) => {
    const fingerprint = parseFingerprint(hex);
    assert(fingerprint !== undefined);
    assert.equal(parseFingerprint(fingerprint), fingerprint);
    assert.equal(parseFingerprint(hex.slice(1)), undefined);
    assert.equal(parseFingerprint(`${hex}0`), undefined);
    assert.equal(parseFingerprint(`SHA1:${hex}`), undefined);
  }));
});

Deno.test("parseFingerprint() gives undefined for any other text", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assert.equal(parseFingerprint(text), undefined);
  }));
});

Deno.test("pinOf() has only a SyntaxError for a certificate that was damaged or made up", async () => {
  const { certPem } = await makeCertificate({ names: ["localhost"], days: 1 });
  const der = new X509Certificate(certPem).raw;
  const damage = fc.record({ at: fc.nat(der.length - 1), byte: fc.nat(255), cut: fc.boolean() });
  const foreign = fc.oneof(
    damage.map(({ at, byte, cut }) => {
      const bytes = Uint8Array.from(der);
      bytes[at] = byte;
      return cut ? bytes.subarray(0, at) : bytes;
    }),
    fc.uint8Array({ maxLength: 600 }),
    fc.string(),
  );
  fc.assert(
    fc.property(foreign, (cert) => {
      try {
        assert(isPin(pinOf(cert)));
      } catch (error) {
        assert(error instanceof SyntaxError, String(error));
      }
    }),
    { numRuns: 2_000 },
  );
});
