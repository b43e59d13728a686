import assert from "node:assert/strict";
import fc from "fast-check";
import { makeCertificate } from "../../../core/identity/make_certificate.ts";
import { parsePemBlocks } from "../../../core/identity/pem_blocks.ts";

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

Deno.test("parsePemBlocks() reads each block whole, however it is joined and indented", async () => {
  const { certPem, keyPem } = await makeCertificate({ names: ["localhost"], days: 1 });
  const bare = (pem: string) => pem.trimEnd();
  const oneLine = (pem: string) =>
    pem.trimEnd().replace(/-----\n/, "-----").replaceAll(/\n(?!-)/g, "").replace("\n", "");
  const files = {
    "joined without a newline": bare(certPem) + bare(keyPem) + certPem,
    "indented": certPem.replaceAll(/^/gm, "    ") + keyPem.replaceAll(/^/gm, "\t") + certPem,
    "spaces at line ends": (certPem + keyPem + certPem).replaceAll("\n", "  \n"),
    "CR alone": (certPem + keyPem + certPem).replaceAll("\n", "\r"),
    "a byte order mark before each": `\ufeff${certPem}\ufeff${keyPem}\ufeff${certPem}`,
    "bag attributes between":
      `${certPem}Bag Attributes\n    localKeyID: 01\n${keyPem}# root\n${certPem}`,
    "each on one line": [certPem, keyPem, certPem].map(oneLine).join("\n"),
    "empty lines inside": (certPem + keyPem + certPem).replaceAll("\n", "\n\n"),
  };
  for (const [how, file] of Object.entries(files)) {
    const texts = parsePemBlocks(file).map(({ text }) => text);
    assert.deepEqual(texts, [certPem, keyPem, certPem], how);
  }
});

Deno.test("parsePemBlocks() refuses what a TLS library would pass over", async () => {
  const { certPem } = await makeCertificate({ names: ["localhost"], days: 1 });
  const damaged = {
    "a dash too few": certPem.replace("-----BEGIN", "----BEGIN"),
    "a dash too few at the end": certPem.replace("CERTIFICATE-----\n", "CERTIFICATE----\n"),
    "small letters": certPem.replace("BEGIN CERTIFICATE", "begin certificate"),
    "a space too many": certPem.replace("-----BEGIN", "----- BEGIN"),
    "quoted": certPem.replaceAll(/^/gm, "> "),
    "commented out": certPem.replaceAll(/^/gm, "# "),
    "newlines written as two characters": certPem.replaceAll("\n", "\\n"),
    "another end": certPem.replace("END CERTIFICATE", "END PRIVATE KEY"),
  };
  for (const [how, second] of Object.entries(damaged)) {
    assert.throws(
      () => parsePemBlocks(certPem + second),
      { name: "SyntaxError", message: "block 2 in it is cut short or damaged" },
      how,
    );
  }
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
