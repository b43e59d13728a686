import assert from "node:assert/strict";
import fc from "fast-check";
import { parsePemBlocks } from "../../../core/identity/pem_blocks.ts";
import { makeCertificate } from "../../../core/identity/make_certificate.ts";

Deno.test("parsePemBlocks() finds blocks between other text, with either kind of line end", async () => {
  const { certPem, keyPem } = await makeCertificate({ names: ["localhost"], days: 1 });
  const text = `Bag Attributes\n${keyPem}subject=CN = x\n${certPem}trailing words`;
  for (const file of [text, `\ufeff${text.replaceAll("\n", "\r\n")}`]) {
    assert.deepEqual(
      parsePemBlocks(file).map(({ label, encrypted }) => ({ label, encrypted })),
      [{ label: "PRIVATE KEY", encrypted: false }, { label: "CERTIFICATE", encrypted: false }],
    );
  }
  assert.deepEqual(parsePemBlocks(text).map((block) => block.text), [keyPem, certPem]);
});

Deno.test("parsePemBlocks() refuses a file cut inside a block, wherever", async () => {
  const { certPem } = await makeCertificate({ names: ["localhost"], days: 1 });
  const end = certPem.trimEnd().length;
  for (let at = "-----BEGIN ".length; at < end; at++) {
    assert.throws(() => parsePemBlocks(certPem.slice(0, at)), SyntaxError, `cut at ${at}`);
  }
});

Deno.test("parsePemBlocks() throws nothing but a SyntaxError, whatever the text", () => {
  const piece = fc.constantFrom(
    "-----BEGIN ",
    "-----END ",
    "CERTIFICATE",
    "-----",
    "\n",
    "AAAA",
    "=",
  );
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.array(piece).map((all) => all.join("")));
  fc.assert(fc.property(text, (file) => {
    try {
      parsePemBlocks(file);
    } catch (error) {
      assert(error instanceof SyntaxError);
    }
  }));
});

Deno.test("parsePemBlocks() reads a megabyte of beginnings without ends in no time", () => {
  const began = performance.now();
  assert.throws(() => parsePemBlocks("-----BEGIN X-----\n".repeat(60_000)), SyntaxError);
  assert(performance.now() - began < 5_000);
});
