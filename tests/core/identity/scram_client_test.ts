import assert from "node:assert/strict";
import { ScramClient, ScramError } from "../../../core/identity/scram.ts";
import { RFC, rfcClient } from "./scram_exchange.ts";

Deno.test("ScramClient says what RFC 7677, section 3 says", async () => {
  const client = rfcClient();
  assert.equal(client.first(), RFC.clientFirst);
  assert.equal(await client.final(RFC.serverFirst), RFC.clientFinal);
  client.verify(RFC.serverFinal);
});

Deno.test("ScramClient refuses an answer that is not proper", async (t) => {
  const [r, s, i] = RFC.serverFirst.split(",");
  const cases: [string, string, string][] = [
    ["nothing", "", "invalid-encoding"],
    ["another nonce", `r=other,${s},${i}`, "other-error"],
    ["its own nonce and nothing more", `r=${RFC.clientNonce},${s},${i}`, "other-error"],
    ["no salt", `${r},${i}`, "invalid-encoding"],
    ["an empty salt", `${r},s=,${i}`, "invalid-encoding"],
    ["a salt that is not base64", `${r},s=====,${i}`, "invalid-encoding"],
    ["too few rounds", `${r},${s},i=4095`, "other-error"],
    ["too many rounds", `${r},${s},i=5000001`, "other-error"],
    ["far too many rounds", `${r},${s},i=${"9".repeat(11)}`, "invalid-encoding"],
    ["no rounds", `${r},${s}`, "invalid-encoding"],
    ["negative rounds", `${r},${s},i=-4096`, "invalid-encoding"],
    ["rounds with a point", `${r},${s},i=4096.5`, "invalid-encoding"],
    ["rounds with a leading zero", `${r},${s},i=04096`, "invalid-encoding"],
    ["a mandatory extension", `m=x,${RFC.serverFirst}`, "extensions-not-supported"],
    ["a refusal", "e=no-resources", "no-resources"],
    ["a refusal in unknown words", "e=go-away", "other-error"],
    ["far too much", `${r},s=${"A".repeat(1_024)},${i}`, "invalid-encoding"],
  ];
  for (const [name, message, fault] of cases) {
    await t.step(name, async () => {
      await assert.rejects(rfcClient().final(message), { name: "ScramError", fault });
    });
  }
});

Deno.test("ScramClient does not believe a server that cannot prove itself", async (t) => {
  const cases: [string, string, string][] = [
    ["another signature", `v=${new Uint8Array(32).toBase64()}`, "invalid-proof"],
    ["a short signature", "v=AAAA", "invalid-encoding"],
    ["no signature", "", "invalid-encoding"],
    ["a refusal", "e=invalid-proof", "invalid-proof"],
    ["both", `${RFC.serverFinal},e=invalid-proof,`, "invalid-encoding"],
  ];
  for (const [name, message, fault] of cases) {
    await t.step(name, async () => {
      const client = rfcClient();
      await client.final(RFC.serverFirst);
      assert.throws(() => client.verify(message), { name: "ScramError", fault });
    });
  }
  await t.step("before the client has shown its proof", () => {
    assert.throws(() => rfcClient().verify(RFC.serverFinal), TypeError);
  });
});

Deno.test("ScramClient refuses an invalid password", () => {
  assert.throws(() => new ScramClient({ name: "amy", password: "a\nb" }), ScramError);
});
