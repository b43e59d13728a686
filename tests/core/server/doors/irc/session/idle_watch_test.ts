import assert from "node:assert/strict";
import * as fc from "fast-check";
import { IdleWatch } from "../../../../../../core/server/doors/irc/session/idle_watch.ts";
import { DEADLINES } from "../../../../../../core/server/server_options.ts";

const MEMBER = { isRegistering: false, isStranger: false };
const STRANGER = { isRegistering: false, isStranger: true };
const REGISTERING = { isRegistering: true, isStranger: true };

Deno.test("IdleWatch closes a session that does not register in time", () => {
  const watch = new IdleWatch(0);
  watch.heard(DEADLINES.registrationMs);
  const at = (now: number) => watch.check(now, REGISTERING, DEADLINES).kind;
  assert.equal(at(DEADLINES.registrationMs), "fine");
  assert.equal(at(DEADLINES.registrationMs + 1), "over");
});

Deno.test("IdleWatch closes a stranger that does not sign in, counted from when it became one", () => {
  const watch = new IdleWatch(0);
  watch.check(1_000, MEMBER, DEADLINES);
  watch.check(2_000, STRANGER, DEADLINES);
  const at = (now: number) => {
    watch.heard(now);
    return watch.check(now, STRANGER, DEADLINES).kind;
  };
  assert.equal(at(2_000 + DEADLINES.signInMs), "fine");
  assert.equal(at(2_001 + DEADLINES.signInMs), "over");
});

Deno.test("IdleWatch asks for a sign of life once in each silence, and closes after a long one", () => {
  const watch = new IdleWatch(0);
  const at = (now: number) => watch.check(now, MEMBER, DEADLINES).kind;
  const { pingAfterMs, deadAfterMs } = DEADLINES;
  assert.deepEqual([pingAfterMs, pingAfterMs + 1, pingAfterMs + 2].map(at), [
    "fine",
    "ping",
    "fine",
  ]);
  watch.heard(pingAfterMs + 3);
  assert.equal(at(2 * pingAfterMs + 4), "ping");
  assert.deepEqual(watch.check(pingAfterMs + 4 + deadAfterMs, MEMBER, DEADLINES), {
    kind: "over",
    reason: "Ping timeout: 120 seconds",
  });
});

Deno.test("IdleWatch counts nothing while the session waits for the server", () => {
  fc.assert(fc.property(fc.nat(10_000_000), fc.nat(60_000), (waitMs, afterMs) => {
    const waited = new IdleWatch(0), other = new IdleWatch(0);
    waited.pause(0);
    assert.equal(waited.check(waitMs, REGISTERING, DEADLINES).kind, "fine");
    waited.resume(waitMs);
    for (const standing of [REGISTERING, STRANGER, MEMBER]) {
      assert.deepEqual(
        waited.check(waitMs + afterMs, standing, DEADLINES),
        other.check(afterMs, standing, DEADLINES),
      );
    }
  }));
});
