import assert from "node:assert/strict";
import {
  type AccountRefusal,
  accountRefusalText,
} from "../../../../core/server/acts/refusal_words.ts";
import { explainRefusal } from "../../../../core/server/doors/ptchat/explain.ts";

/** One of each: a state that is missing does not compile. */
const REFUSALS: Readonly<Record<AccountRefusal["state"], AccountRefusal>> = {
  "wrong": { state: "wrong" },
  "banned": { state: "banned", why: "banned (spam)" },
  "limited": { state: "limited", retryMs: 1_500 },
  "busy": { state: "busy" },
  "too-many-sessions": { state: "too-many-sessions", most: 10 },
  "bad-name": { state: "bad-name" },
  "reserved": { state: "reserved" },
  "taken": { state: "taken" },
  "lookalike": { state: "lookalike" },
  "in-use": { state: "in-use" },
  "weak-password": { state: "weak-password", reason: "password is empty" },
  "not-stored": { state: "not-stored" },
};

Deno.test("every refusal has words, which PTCHAT says as a sentence", () => {
  for (const refusal of Object.values(REFUSALS)) {
    assert.match(accountRefusalText(refusal), /^[A-Z].*[^.]$/);
    assert.match(explainRefusal(refusal), /^[A-Z].*[^.]\.$/);
  }
});

Deno.test("a wait is rounded up to whole seconds", () => {
  assert.equal(accountRefusalText(REFUSALS.limited), "Too many attempts: wait 2 seconds");
});
