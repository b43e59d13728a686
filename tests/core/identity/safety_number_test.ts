import assert from "node:assert/strict";
import fc from "fast-check";
import { safetyNumber } from "../../../core/identity/safety_number.ts";

const ANN = { account: "ann", pin: "ab".repeat(32) };
const BOB = { account: "bob", pin: "cd".repeat(32) };

Deno.test("safetyNumber() gives the digits that its description gives", () => {
  // Computed from the module's description with Python's hashlib.
  assert.equal(
    safetyNumber(ANN, BOB),
    "39406 83392 57929 76794 80197 36209 60960 51629 18294 58595 02562 41719",
  );
});

Deno.test("safetyNumber() is the same from both sides, and another for any other key or name", () => {
  const side = fc.record({
    account: fc.stringMatching(/^[a-z]{2,8}$/),
    pin: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => bytes.toHex()),
  });
  fc.assert(
    fc.property(side, side, (one, other) => {
      const number = safetyNumber(one, other);
      assert.match(number, /^\d{5}( \d{5}){11}$/);
      assert.equal(safetyNumber(other, { ...one, account: one.account.toUpperCase() }), number);
      assert.notEqual(safetyNumber({ ...one, account: `${one.account}_` }, other), number);
      const pin = (one.pin.startsWith("0") ? "1" : "0") + one.pin.slice(1);
      assert.notEqual(safetyNumber({ ...one, pin }, other), number);
    }),
    { numRuns: 10 },
  );
});

Deno.test("safetyNumber() refuses what is not a pin", () => {
  assert.throws(() => safetyNumber({ account: "ann", pin: "AB".repeat(32) }, BOB), RangeError);
  assert.throws(() => safetyNumber(ANN, { account: "bob", pin: "" }), RangeError);
});
