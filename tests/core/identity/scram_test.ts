import assert from "node:assert/strict";
import fc from "fast-check";
import { fakeVerifier } from "../../../core/identity/password.ts";
import { ScramClient, ScramServer } from "../../../core/identity/scram.ts";
import { madeVerifier } from "./made_verifier.ts";
import { RFC, rfcServer, rfcVerifier, verifierOf } from "./scram_exchange.ts";

Deno.test("ScramServer says what RFC 7677, section 3 says", async () => {
  const server = rfcServer();
  assert.deepEqual(await server.first(RFC.clientFirst), {
    state: "continue",
    name: "user",
    message: RFC.serverFirst,
  });
  assert.deepEqual(server.final(RFC.clientFinal), {
    state: "signed-in",
    name: "user",
    verifier: rfcVerifier,
    message: RFC.serverFinal,
  });
});

Deno.test("both sides agree for every name, password, salt and number of rounds", async () => {
  const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 })
    .filter((text) => text.isWellFormed() && !/\p{Cc}/u.test(text));
  const run = fc.asyncProperty(
    text,
    text,
    fc.uint8Array({ minLength: 1, maxLength: 32 }),
    fc.integer({ min: 4096, max: 4100 }),
    async (name, password, salt, iterations) => {
      const client = new ScramClient({ name, password });
      const prepared = password.replace(/\p{Zs}/gu, " ").normalize("NFC");
      const verifier = await verifierOf(prepared, { salt, iterations });
      const asked: string[] = [];
      const server = new ScramServer({
        verifierOf: (name) => {
          asked.push(name);
          return verifier;
        },
      });
      const first = await server.first(client.first());
      assert(first.state === "continue");
      const final = server.final(await client.final(first.message));
      assert(final.state === "signed-in");
      assert.equal(final.name, name);
      assert.deepEqual(asked, [name]);
      client.verify(final.message);
    },
  );
  await fc.assert(run, { numRuns: 40 });
});

Deno.test("a wrong password and an unknown name get the same answers", async () => {
  const real = await madeVerifier("correct horse");
  const answers: string[] = [];
  for (
    const verifier of [real, fakeVerifier("amy", new Uint8Array(32), { iterations: 4096 })]
  ) {
    const client = new ScramClient({ name: "amy", password: "wrong horse", nonce: "c" });
    const server = new ScramServer({ verifierOf: () => verifier, nonce: "s" });
    const first = await server.first(client.first());
    assert(first.state === "continue");
    const final = server.final(await client.final(first.message));
    assert(final.state === "failed");
    assert.equal(final.name, "amy");
    answers.push(first.message.replace(/s=[^,]{24},/, "s=*,"), final.message);
    assert.throws(() => client.verify(final.message), {
      name: "ScramError",
      fault: "invalid-proof",
    });
  }
  assert.deepEqual(answers, [
    "r=cs,s=*,i=4096",
    "e=invalid-proof",
    "r=cs,s=*,i=4096",
    "e=invalid-proof",
  ]);
});

Deno.test("ScramServer refuses a first message that is not proper", async (t) => {
  const cases: [string, string, string][] = [
    ["nothing", "", "invalid-encoding"],
    ["no header", "n=user,r=nonce", "invalid-encoding"],
    ["half a header", "n,n=user,r=nonce", "invalid-encoding"],
    ["an unknown header", "x,,n=user,r=nonce", "invalid-encoding"],
    ["channel binding", "p=tls-unique,,n=user,r=nonce", "channel-binding-not-supported"],
    ["channel binding without a type", "p=,,n=user,r=nonce", "invalid-encoding"],
    ["a mandatory extension", "n,,m=x,n=user,r=nonce", "extensions-not-supported"],
    ["no name", "n,,r=nonce", "invalid-encoding"],
    ["an empty name", "n,,n=,r=nonce", "invalid-encoding"],
    ["a name with a bare equals sign", "n,,n=us=er,r=nonce", "invalid-username-encoding"],
    ["a name with a lower-case escape", "n,,n=us=2cer,r=nonce", "invalid-username-encoding"],
    ["a name with NUL", "n,,n=us\0er,r=nonce", "invalid-encoding"],
    ["no nonce", "n,,n=user", "invalid-encoding"],
    ["an empty nonce", "n,,n=user,r=", "invalid-encoding"],
    ["a nonce with a space", "n,,n=user,r=no nce", "invalid-encoding"],
    ["a nonce that is not ASCII", "n,,n=user,r=nöнce", "invalid-encoding"],
    ["a nonce that is too long", `n,,n=user,r=${"x".repeat(257)}`, "invalid-encoding"],
    ["the wrong order", "n,,r=nonce,n=user", "invalid-encoding"],
    ["an extension without a value", "n,,n=user,r=nonce,x=", "invalid-encoding"],
    ["text after the end", "n,,n=user,r=nonce,", "invalid-encoding"],
    ["a line feed after the end", "n,,n=user,r=nonce\n", "invalid-encoding"],
    ["somebody else", "n,a=admin,n=user,r=nonce", "other-error"],
    ["half a surrogate pair", "n,,n=us\ud83der,r=nonce", "invalid-encoding"],
    ["far too much", `n,,n=${"x".repeat(1_024)},r=nonce`, "invalid-encoding"],
  ];
  for (const [name, message, fault] of cases) {
    await t.step(name, async () => {
      const outcome = await rfcServer().first(message);
      assert(outcome.state === "failed", outcome.message);
      assert.equal(outcome.message, `e=${fault}`);
      assert.equal(outcome.fault.fault, fault);
    });
  }
});

Deno.test("ScramServer takes what the grammar allows", async (t) => {
  const cases: [string, string, string][] = [
    ["a client that would have liked channel binding", "y,,n=user,r=nonce", "user"],
    ["an optional extension", "n,,n=user,r=nonce,x=anything,y=else", "user"],
    ["the same name to act as, in another case", "n,a=USER,n=user,r=nonce", "user"],
    ["escapes in the name", "n,,n=a=2Cb=3D=3D2C,r=nonce", "a,b==2C"],
    ["a name that is not ASCII", "n,,n=Zoë,r=nonce", "Zoë"],
  ];
  for (const [name, message, expected] of cases) {
    await t.step(name, async () => {
      const outcome = await rfcServer().first(message);
      assert(outcome.state === "continue");
      assert.equal(outcome.name, expected);
    });
  }
});

Deno.test("ScramServer refuses a last message that is not proper", async (t) => {
  const [c, r, p] = RFC.clientFinal.split(",");
  const otherProof = `p=${new Uint8Array(32).toBase64()}`;
  const cases: [string, string, string][] = [
    ["nothing", "", "invalid-encoding"],
    ["a wrong proof", `${c},${r},${otherProof}`, "invalid-proof"],
    ["a short proof", `${c},${r},p=AAAA`, "invalid-encoding"],
    ["a long proof", `${c},${r},p=${new Uint8Array(33).toBase64()}`, "invalid-encoding"],
    ["no proof", `${c},${r}`, "invalid-encoding"],
    ["a proof with stray bits", `${c},${r},p=${"A".repeat(42)}B=`, "invalid-encoding"],
    ["another nonce", `${c},r=other,${p}`, "other-error"],
    ["only the client's nonce", `${c},r=${RFC.clientNonce},${p}`, "other-error"],
    ["a longer nonce", `${c},${r}x,${p}`, "other-error"],
    ["no nonce", `${c},${p}`, "invalid-encoding"],
    ["another header", `c=${btoa("y,,")},${r},${p}`, "channel-bindings-dont-match"],
    [
      "another header behind a byte order mark",
      `c=77u/biws,${r},${p}`,
      "channel-bindings-dont-match",
    ],
    ["a header that is not base64", `c=b=i=,${r},${p}`, "invalid-encoding"],
    ["no header", `${r},${p}`, "invalid-encoding"],
    ["an extension that was not signed", `${c},${r},x=y,${p}`, "invalid-proof"],
    ["text after the proof", `${c},${r},${p},x=y`, "invalid-encoding"],
    ["a line feed after the proof", `${c},${r},${p}\n`, "invalid-encoding"],
    ["far too much", `${c},${r},x=${"y".repeat(1_024)},${p}`, "invalid-encoding"],
  ];
  for (const [name, message, fault] of cases) {
    await t.step(name, async () => {
      const server = rfcServer();
      await server.first(RFC.clientFirst);
      const outcome = server.final(message);
      assert(outcome.state === "failed", outcome.message);
      assert.equal(outcome.message, `e=${fault}`);
    });
  }
});

Deno.test("ScramServer gives one try for each first message", async () => {
  const server = rfcServer();
  await server.first(RFC.clientFirst);
  assert.equal(server.final("p=nonsense").state, "failed");
  assert.throws(() => server.final(RFC.clientFinal), TypeError);
});

Deno.test("ScramServer checks nothing before it was asked", () => {
  assert.throws(() => rfcServer().final(RFC.clientFinal), TypeError);
});

Deno.test("ScramServer lets errors of the account store pass", async () => {
  const server = new ScramServer({
    verifierOf: () => {
      throw new RangeError("the disk is on fire");
    },
  });
  await assert.rejects(server.first(RFC.clientFirst), RangeError);
});

Deno.test("two sign-ins have two nonces", async () => {
  const first = () => new ScramClient({ name: "amy", password: "correct horse" }).first();
  assert.notEqual(first(), first());
  const asked = () => new ScramServer({ verifierOf: () => rfcVerifier }).first(RFC.clientFirst);
  assert.notEqual((await asked()).message, (await asked()).message);
});

Deno.test("garbage makes the server fail in a way it knows, and never lets anybody in", async () => {
  const piece = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("n", "y", "p=", ",", "n=", "r=", "c=biws", "p=", "=2C", RFC.clientNonce),
  );
  const garbage = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
  await fc.assert(fc.asyncProperty(garbage, garbage, async (first, final) => {
    const server = rfcServer();
    await server.first(first);
    await server.first(RFC.clientFirst);
    assert.equal(server.final(final).state, "failed");
  }));
});
