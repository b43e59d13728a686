import assert from "node:assert/strict";
import { CODE_LIFE_MS, UdpChallenge } from "../../../core/ptchat/udp_challenge.ts";

const AMY = "192.0.2.1 5000";
const BOB = "192.0.2.1 5001";

Deno.test("UdpChallenge takes a code from its own address, for as long as it lives", () => {
  const challenge = new UdpChallenge(new Uint8Array(32));
  const code = challenge.codeFor(AMY, 0);
  assert.match(code, /^[a-z2-9]{6}$/);
  assert.ok(challenge.isCode(AMY, code, 2 * CODE_LIFE_MS - 1));
  assert.ok(!challenge.isCode(AMY, code, 2 * CODE_LIFE_MS));
  assert.ok(!challenge.isCode(BOB, code, 0));
  assert.ok(!new UdpChallenge(new Uint8Array(32).fill(1)).isCode(AMY, code, 0));
});

Deno.test("UdpChallenge takes a code as people type it", () => {
  const challenge = new UdpChallenge(new Uint8Array(32));
  const code = challenge.codeFor(AMY, 0);
  for (const typed of [` ${code.toUpperCase()} `, `code ${code}`, `CODE  ${code}\r`]) {
    assert.ok(challenge.isCode(AMY, typed, 0), typed);
  }
  for (const typed of [`${code}x`, code.slice(1), `my code ${code}`, ""]) {
    assert.ok(!challenge.isCode(AMY, typed, 0), typed);
  }
});

Deno.test("UdpChallenge prompts with the code, in fewer and fewer bytes", () => {
  const challenge = new UdpChallenge(new Uint8Array(32));
  for (const guests of [true, false]) {
    for (const again of [true, false]) {
      const prompts = challenge.prompts(AMY, 0, { guests, again });
      assert.ok(prompts.every((text) => text.includes(challenge.codeFor(AMY, 0))));
      const lengths = prompts.map((text) => text.length);
      assert.deepEqual(lengths, lengths.toSorted((a, b) => b - a));
      assert.ok(lengths.at(-1)! <= 9); // what a datagram of three bytes may be answered with
      assert.equal(prompts[0]!.includes("or a name"), guests && !again);
    }
  }
});

Deno.test("UdpChallenge wants a secret that cannot be guessed", () => {
  assert.throws(() => new UdpChallenge(new Uint8Array(31)), RangeError);
});
