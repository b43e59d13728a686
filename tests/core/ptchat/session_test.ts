import assert from "node:assert/strict";
import fc from "fast-check";
import { type PtchatState, stepPtchat } from "../../../core/ptchat/session.ts";

const line = (text: string) => ({ kind: "text", text }) as const;
const stranger: PtchatState = { at: "stranger", tried: false };
const tried: PtchatState = { at: "stranger", tried: true };
const amy: PtchatState = { at: "in", name: "amy", guest: false, room: "#lobby" };

Deno.test("a stranger cannot speak, list or read", () => {
  for (
    const text of [
      "hello all",
      "~->bob: hi",
      "~-@bob: hi",
      "~:lu:",
      "~:rooms:",
      "~:history:",
      "~:join #a:",
    ]
  ) {
    const { state, act } = stepPtchat(stranger, line(text), { guests: false });
    assert.deepEqual(state, stranger);
    assert.ok(act.act === "reply" && /Sign in first/.test(act.text), text);
  }
});

Deno.test("a stranger takes a name by typing it only where guests may talk", () => {
  assert.deepEqual(stepPtchat(stranger, line("amy"), { guests: true }).act, {
    act: "name",
    name: "amy",
  });
  assert.deepEqual(
    stepPtchat(stranger, line("~:name amy:"), { guests: true }).act,
    { act: "name", name: "amy" },
  );
  assert.equal(stepPtchat(stranger, line("amy"), { guests: false }).act.act, "reply");
  assert.equal(stepPtchat(stranger, line("~:name amy:"), { guests: false }).act.act, "reply");
  assert.equal(stepPtchat(stranger, line("hello all"), { guests: true }).act.act, "reply");
});

Deno.test("the line after ~:register NAME: is the password, whatever it looks like", () => {
  const { state } = stepPtchat(stranger, line("~:register amy:"), { guests: false });
  for (const password of ["~:lu:", " spaces ", "~->bob: x"]) {
    assert.deepEqual(stepPtchat(state, line(password), { guests: false }), {
      state: tried,
      act: { act: "register", name: "amy", password },
      secret: password,
    });
  }
  assert.deepEqual(stepPtchat(state, line(""), { guests: false }).state, tried);
});

Deno.test("a password that is typed once more is not taken for a name, and ~:name NAME: still is", () => {
  for (
    const said of [["~:login amy:", "wrong"], ["~:login amy wrong:"], ["~:register amy:", ""]]
  ) {
    const state = said.reduce<PtchatState>(
      (before, text) => stepPtchat(before, line(text), { guests: true }).state,
      stranger,
    );
    const again = stepPtchat(state, line("open-sesame-1"), { guests: true });
    assert.equal(again.act.act, "reply", said[0]);
    assert.equal(again.state.at, "stranger");
    const named = stepPtchat(again.state, line("~:name zoe:"), { guests: true });
    assert.deepEqual(named.act, { act: "name", name: "zoe" });
  }
});

Deno.test("a signed-in user speaks, and cannot sign in twice", () => {
  assert.deepEqual(stepPtchat(amy, line("hi"), { guests: false }).act, { act: "say", text: "hi" });
  assert.deepEqual(
    stepPtchat(amy, line("~->bob: hi"), { guests: false }).act,
    { act: "private", user: "bob", text: "hi" },
  );
  assert.equal(stepPtchat(amy, line("~:login bob x:"), { guests: false }).act.act, "reply");
});

Deno.test("a sign-in that is refused or mistyped takes the next line, and says so", () => {
  const attempts = [
    ...["~:login bob:", "~:login bob", "~:LOGIN bob:", "~:register bob:", "~:login bob extra:"],
    ...["~:register b!b:", "~:login bob:x:", "~:logn bob:", "~:regsiter bob:", "~login bob:"],
    ...["~: login bob:", "~:password bob:", "login bob", "Register bob:", "/login bob"],
    ...["login bob hunter2"],
  ];
  const guests = true;
  const isAccount = (name: string) => name === "bob";
  for (const attempt of attempts) {
    const asked = stepPtchat(amy, line(attempt), { guests, isAccount });
    assert.equal(asked.act.act, "reply", attempt);
    assert.match("text" in asked.act ? asked.act.text : "", /next line .* not said/, attempt);
    const given = stepPtchat(asked.state, line("correct-horse-7"), { guests });
    assert.equal(given.act.act, "reply", attempt);
    assert.equal(given.secret, "correct-horse-7", attempt);
    assert.deepEqual(given.state, amy, attempt);
  }
  for (const attempt of ["~:register b!b:", "~:logn bob:", "~login bob:", "login bob"]) {
    const asked = stepPtchat(stranger, line(attempt), { guests });
    const given = stepPtchat(asked.state, line("hunter2"), { guests });
    assert.equal(given.act.act, "reply", attempt);
    const again = stepPtchat(given.state, line("hunter2"), { guests });
    assert.equal(again.act.act, "reply", `${attempt}: no guest is called like a password`);
  }
});

Deno.test("a refused sign-in does not swallow a command that says nothing to others", () => {
  const asked = stepPtchat(amy, line("~:login bob:"), { guests: false });
  assert.deepEqual(stepPtchat(asked.state, line("~:lu:"), { guests: false }).act, { act: "users" });
  const { state } = stepPtchat(asked.state, line(""), { guests: false });
  assert.deepEqual(state, asked.state, "an empty line is not a password");
});

Deno.test("ordinary talk about signing in is said", () => {
  for (
    const text of ["login is broken", "did you register?", "my password is long", "log in, bob"]
  ) {
    assert.deepEqual(stepPtchat(amy, line(text), { guests: false }).act, { act: "say", text });
  }
});

Deno.test("a line that is a password given before is not said, whatever it looks like", () => {
  const rules = { guests: true, isSecret: (text: string) => text === "~->bob: hi" };
  for (const state of [amy, stranger, tried]) {
    const step = stepPtchat(state, line("~->bob: hi"), rules);
    assert.match(step.act.act === "reply" ? step.act.text : "", /Not said/);
    assert.deepEqual(step.state, state);
  }
});

Deno.test("a password given before is said to nobody by name either", () => {
  const rules = { guests: true, isSecret: (text: string) => text === "sesame" };
  for (const typed of ["~->bob: sesame", "~-@bob: sesame"]) {
    const { act } = stepPtchat(amy, line(typed), rules);
    assert.match(act.act === "reply" ? act.text : "", /Not said/);
  }
});

Deno.test("a word that people type to find their way is not taken for a name, unless they confirm it", () => {
  for (const word of ["HELP", "quit", "Exit", "hello", "GET"]) {
    const { state, act } = stepPtchat(stranger, line(word), { guests: true });
    assert.equal(act.act, "reply", word);
    assert.deepEqual(state, stranger);
  }
  assert.equal(stepPtchat(stranger, line("~:name hello:"), { guests: true }).act.act, "name");
});

Deno.test("no sequence of lines signs anybody in, and only ~:q!: quits", () => {
  const kinds = fc.oneof(
    fc.constantFrom("~:q!:", "~:login bob:", "~:login bob x:", "hi", "~:lu:", "~:help:").map(line),
    fc.string({ unit: "binary" }).map(line),
    fc.constantFrom({ kind: "too-long" } as const, { kind: "not-text" } as const),
  );
  fc.assert(fc.property(fc.array(kinds), fc.boolean(), fc.boolean(), (lines, guests, isIn) => {
    let state: PtchatState = isIn ? amy : stranger;
    for (const next of lines) {
      const step = stepPtchat(state, next, { guests });
      state = step.state;
      if (step.act.act === "quit") assert(next.kind === "text" && next.text.trim() === "~:q!:");
      if (!isIn) assert.notEqual(state.at, "in");
    }
  }));
});
