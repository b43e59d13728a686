import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  type IrcLife,
  type IrcLifeInput,
  NEW_IRC_LIFE,
  registrationStep,
  stepIrcLife,
} from "../../../../../../core/server/doors/irc/session/session_life.ts";

const NICK = { kind: "nick", nick: "amy" } as const;
const USER = { kind: "user", username: "a", realname: "Amy" } as const;

function after(...inputs: readonly IrcLifeInput[]): IrcLife {
  return inputs.reduce(stepIrcLife, NEW_IRC_LIFE);
}

const input: fc.Arbitrary<IrcLifeInput> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("cap-begun", "cap-ended", "nick-refused", "entered", "closed"),
  }),
  fc.record({ kind: fc.constant("nick"), nick: fc.string() }),
  fc.record({ kind: fc.constant("user"), username: fc.string(), realname: fc.string() }),
  fc.record({ kind: fc.constant("pass"), pass: fc.string() }),
  fc.record({ kind: fc.constant("admitted"), account: fc.string() }),
);

Deno.test("registrationStep() waits for nick, user and the end of negotiation, in any order", () => {
  const begun = { kind: "cap-begun" } as const, ended = { kind: "cap-ended" } as const;
  assert.equal(registrationStep(after()).step, "wait");
  assert.equal(registrationStep(after(NICK)).step, "wait");
  assert.equal(registrationStep(after(USER)).step, "wait");
  assert.equal(registrationStep(after(begun, NICK, USER)).step, "wait");
  for (const inputs of [[NICK, USER], [USER, NICK], [begun, USER, NICK, ended]] as const) {
    assert.deepEqual(registrationStep(after(...inputs)), {
      ...{ step: "enter", nick: "amy", account: undefined, username: "a", realname: "Amy" },
    });
  }
});

Deno.test("registrationStep() signs in with PASS: to the account it names, or to that of the nick", () => {
  const signIn = (pass: string) => registrationStep(after({ kind: "pass", pass }, NICK, USER));
  assert.deepEqual(signIn("bob:x:y"), { step: "sign-in", name: "bob", password: "x:y" });
  assert.deepEqual(signIn("secret"), { step: "sign-in", name: "amy", password: "secret" });
  assert.deepEqual(signIn(":secret"), { step: "sign-in", name: "amy", password: ":secret" });
});

Deno.test("an admitted session enters with the account's name, and its PASS is forgotten", () => {
  const pass = { kind: "pass", pass: "secret" } as const;
  const life = after(pass, NICK, USER, { kind: "admitted", account: "Amelie" });
  assert(life.at === "registering" && life.client.pass === undefined);
  const step = registrationStep(life);
  assert(step.step === "enter");
  assert.deepEqual([step.nick, step.account], ["Amelie", "Amelie"]);
});

Deno.test("a nick that is refused has to be sent again", () => {
  assert.equal(registrationStep(after(NICK, USER, { kind: "nick-refused" })).step, "wait");
  assert.equal(registrationStep(after(NICK, USER, { kind: "nick-refused" }, NICK)).step, "enter");
});

Deno.test("no sequence of inputs leaves closed, or goes back from registered", () => {
  const order = ["registering", "registered", "closed"];
  fc.assert(fc.property(fc.array(input), (inputs) => {
    let life = NEW_IRC_LIFE;
    for (const next of inputs) {
      const before = life;
      life = stepIrcLife(life, next);
      assert(order.indexOf(life.at) >= order.indexOf(before.at));
      if (before.at === "closed") assert.equal(life, before);
      if (life.at !== "registering") assert.equal(registrationStep(life).step, "wait");
    }
  }));
});
