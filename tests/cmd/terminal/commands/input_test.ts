import assert from "node:assert/strict";
import {
  findCommand,
  nearestCommand,
  parseInput,
} from "../../../../cmd/terminal/commands/input.ts";
import { commands } from "../../../../cmd/terminal/commands/table.ts";

const signedIn = (line: string) => parseInput(line, { signedIn: true, commands });
const signedOut = (line: string) => parseInput(line, { signedIn: false, commands });
const say = (text: string) => ({ kind: "say", text });
const command = (name: string, rest = "", typed = rest) => ({
  kind: "command",
  name,
  rest,
  typed,
});

Deno.test("parseInput()", async (t) => {
  await t.step("tells commands from text", () => {
    assert.deepEqual(signedIn("hello all"), say("hello all"));
    assert.deepEqual(
      signedIn("/MSG bob  hi  there "),
      command("msg", "bob  hi  there", "bob  hi  there "),
    );
    assert.deepEqual(signedIn("//etc/passwd"), say("/etc/passwd"));
    assert.deepEqual(signedIn("   "), { kind: "nothing" });
    assert.deepEqual(signedIn("/"), command(""));
    for (const path of ["/usr/bin/deno", "/a/b", " /etc/", "/login/x y"]) {
      assert.deepEqual(signedIn(path), say(path));
    }
  });

  await t.step("takes bare words for commands before signing in, and only then", () => {
    for (const word of ["help", "register", "login", "hello", "hi", "exit"]) {
      assert.deepEqual(signedOut(word), command(word));
      assert.deepEqual(signedIn(word), say(word));
    }
    assert.deepEqual(signedOut("login bob"), command("login", "bob"));
    assert.deepEqual(signedOut("message bob hi there"), command("message", "bob hi there"));
    assert.deepEqual(signedOut("hello all"), say("hello all"));
    assert.deepEqual(signedOut("msg"), say("msg"));
    assert.deepEqual(signedOut("topic"), say("topic"));
  });

  await t.step("understands PTCHAT", () => {
    assert.deepEqual(signedIn("~:lu:"), command("users", "*"));
    assert.deepEqual(signedOut("~:q!:"), command("exit"));
    assert.deepEqual(signedIn("~-@bob: Hello"), say("bob: Hello"));
    assert.deepEqual(signedIn("~->bob: Hi"), command("msg", "bob Hi"));
    assert.equal(signedIn("~:nonsense:").kind, "wrong");
    assert.equal(signedIn("~->bob").kind, "wrong");
    assert.deepEqual(signedIn("~ish"), say("~ish"));
  });
});

Deno.test("nearestCommand() finds what was probably meant, or nothing", () => {
  assert.equal(nearestCommand("hist", commands), "history");
  assert.equal(nearestCommand("jion", commands), "join");
  assert.equal(nearestCommand("quti", commands), "quit");
  assert.equal(nearestCommand("xyzzy", commands), undefined);
  assert.equal(nearestCommand("q", commands), undefined);
});

Deno.test("Every command has a name of its own, and words for /help", () => {
  const names = commands.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  assert.equal(new Set(names).size, names.length);
  for (const spec of commands) {
    assert(spec.summary.length > 0);
    assert.equal(findCommand(spec.name.toUpperCase(), commands), spec);
  }
});
