import assert from "node:assert/strict";
import { pbkdf2Sync } from "node:crypto";
import fc from "fast-check";
import { MAX_PASSWORD_BYTES } from "../../../core/ground/limits.ts";
import { HashGate } from "../../../core/identity/hash_gate.ts";
import {
  checkPassword,
  DEFAULT_ITERATIONS,
  fakeVerifier,
  makeVerifier,
  preparePassword,
} from "../../../core/identity/password.ts";
import { saltedPassword } from "../../../core/identity/scram_keys.ts";
import type { Verifier } from "../../../core/identity/verifier.ts";
import { formatVerifier, parseVerifier } from "../../../core/identity/verifier.ts";

const CHEAP = { iterations: 2 };
const SECRET = new Uint8Array(32).fill(9);

async function made(password: string): Promise<Verifier> {
  const outcome = await makeVerifier(password, CHEAP);
  assert(outcome.state === "made");
  return outcome.verifier;
}

Deno.test("checkPassword() tells right from wrong", async () => {
  const verifier = await made("correct horse");
  assert.equal(await checkPassword("correct horse", verifier), "right");
  for (
    const wrong of ["correct horsf", "Correct horse", "correct horse ", "", "\0", "x".repeat(9_999)]
  ) {
    assert.equal(await checkPassword(wrong, verifier), "wrong", JSON.stringify(wrong.slice(0, 20)));
  }
});

Deno.test("checkPassword() takes the same password in every Unicode spelling", async () => {
  const verifier = await made("Zoe\u0308 Å\u00a0ngström");
  assert.equal(await checkPassword("Zoë \u212b\u3000ngstro\u0308m", verifier), "right");
});

Deno.test("checkPassword() takes the rounds from the verifier, not from today's advice", async () => {
  const old = await made("correct horse");
  assert.equal(old.iterations, 2);
  assert.equal(await checkPassword("correct horse", old), "right");
  assert.equal(await checkPassword("correct horse", { ...old, iterations: 3 }), "wrong");
});

Deno.test("makeVerifier() salts the same password differently each time", async () => {
  const [one, other] = [await made("correct horse"), await made("correct horse")];
  assert.notDeepEqual(one.salt, other.salt);
  assert.notDeepEqual(one.storedKey, other.storedKey);
  assert.equal(one.salt.length, 16);
});

Deno.test("makeVerifier() uses the recommended iterations by default", async () => {
  const outcome = await makeVerifier("correct horse");
  assert(outcome.state === "made");
  assert.equal(outcome.verifier.iterations, DEFAULT_ITERATIONS);
});

Deno.test("makeVerifier() says why it refuses a password", async (t) => {
  const cases: [string, string, RegExp][] = [
    ["nothing", "", /empty/],
    ["257 bytes", "x".repeat(257), /too long: at most 256 bytes/],
    ["few characters, many bytes", "🐎".repeat(65), /too long/],
    ["a line feed", "correct\nhorse", /control characters/],
    ["NUL", "correct\0horse", /control characters/],
    ["half a surrogate pair", "correct \ud83d horse", /broken Unicode/],
  ];
  for (const [name, password, reason] of cases) {
    await t.step(name, async () => {
      const outcome = await makeVerifier(password, CHEAP);
      assert(outcome.state === "refused");
      assert.match(outcome.reason, reason);
    });
  }
  await t.step("but not one of 8 emoji or 256 bytes", async () => {
    assert.equal((await makeVerifier("🐎".repeat(8), CHEAP)).state, "made");
    assert.equal((await makeVerifier("x".repeat(MAX_PASSWORD_BYTES), CHEAP)).state, "made");
  });
});

Deno.test("preparePassword() twice is the same as once", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
    const once = preparePassword(text);
    if (once.state === "ok") assert.deepEqual(preparePassword(once.password), once);
  }));
});

Deno.test("saltedPassword() is PBKDF2 as another implementation has it", async () => {
  const run = fc.asyncProperty(
    fc.string({ unit: "binary", minLength: 1, maxLength: 80 }).filter((text) =>
      text.isWellFormed()
    ),
    fc.uint8Array({ minLength: 1, maxLength: 40 }),
    fc.integer({ min: 1, max: 50 }),
    async (password, salt, iterations) => {
      const expected = pbkdf2Sync(password, salt, iterations, 32, "sha256");
      const actual = await saltedPassword(password, { salt, iterations });
      assert.deepEqual(actual, new Uint8Array(expected));
    },
  );
  await fc.assert(run, { numRuns: 50 });
});

Deno.test("fakeVerifier() is the same for a name in any case, and another for another name", () => {
  const amy = fakeVerifier("amy", SECRET);
  assert.deepEqual(fakeVerifier("AMY", SECRET), amy);
  assert.notDeepEqual(fakeVerifier("bob", SECRET).salt, amy.salt);
  assert.notDeepEqual(fakeVerifier("amy", new Uint8Array(32)).salt, amy.salt);
});

Deno.test("fakeVerifier() looks like a real one, and no password fits it", async () => {
  const real = await made("correct horse");
  const fake = fakeVerifier("amy", SECRET, CHEAP);
  assert.equal(formatVerifier(fake).length, formatVerifier(real).length);
  assert.equal(fake.iterations, real.iterations);
  assert.equal(await checkPassword("correct horse", fake), "wrong");
  assert.equal(fakeVerifier("amy", SECRET).iterations, DEFAULT_ITERATIONS);
});

Deno.test("a wrong name costs the same work as a wrong password", async () => {
  const gate = new HashGate({ atOnce: 1, waiting: 0 });
  const verifiers = [await made("correct horse"), fakeVerifier("amy", SECRET, CHEAP)];
  for (const verifier of verifiers) {
    const first = checkPassword("wrong horse", verifier, { gate });
    assert.equal(await checkPassword("wrong horse", verifier, { gate }), "busy", "both hash");
    assert.equal(await first, "wrong");
  }
});

Deno.test("makeVerifier() and checkPassword() say when too many wait", async () => {
  const gate = new HashGate({ atOnce: 1, waiting: 0 });
  const { promise, resolve } = Promise.withResolvers<void>();
  const busy = gate.run(() => promise);
  assert.deepEqual(await makeVerifier("correct horse", { ...CHEAP, gate }), { state: "busy" });
  assert.equal(await checkPassword("correct horse", fakeVerifier("amy", SECRET), { gate }), "busy");
  resolve();
  await busy;
});

Deno.test("checkPassword() leaves the queue when its connection is closed", async () => {
  const gate = new HashGate({ atOnce: 1, waiting: 5 });
  const { promise, resolve } = Promise.withResolvers<void>();
  const running = gate.run(() => promise);
  const gone = new AbortController();
  const waiting = checkPassword("correct horse", fakeVerifier("amy", SECRET), {
    gate,
    signal: gone.signal,
  });
  assert.equal(gate.waiting, 1);
  gone.abort(new Error("hung up"));
  await assert.rejects(waiting, /hung up/);
  assert.equal(gate.waiting, 0);
  resolve();
  await running;
});

Deno.test("parseVerifier() gives back what formatVerifier() wrote", () => {
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const verifier = fc.record({
    iterations: fc.integer({ min: 1, max: 9_999_999 }),
    salt: fc.uint8Array({ minLength: 1, maxLength: 64 }),
    storedKey: key,
    serverKey: key,
  }, { noNullPrototype: true });
  fc.assert(fc.property(verifier, (verifier) => {
    assert.deepEqual(parseVerifier(formatVerifier(verifier)), verifier);
  }));
});

Deno.test("parseVerifier() gives nothing for anything else", () => {
  const key = "A".repeat(43) + "=";
  assert(parseVerifier(`SCRAM-SHA-256$4096:AAAA$${key}:${key}`));
  for (
    const text of [
      "",
      "hunter2",
      `SCRAM-SHA-1$4096:AAAA$${key}:${key}`,
      `SCRAM-SHA-256$0:AAAA$${key}:${key}`,
      `SCRAM-SHA-256$4096:$${key}:${key}`,
      `SCRAM-SHA-256$4096:A=A=$${key}:${key}`,
      `SCRAM-SHA-256$4096:AAAA$${key}`,
      `SCRAM-SHA-256$4096:AAAA$${key}:AAAA`,
      `SCRAM-SHA-256$4096:AAAA$${key}:${key}\n`,
    ]
  ) assert.equal(parseVerifier(text), undefined, text);
});
