/** Passwords after a sign-in that was refused, mistyped or not possible, through every face of the client. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import {
  register,
  type RunningChat,
  type RunningServer,
  startClient,
  startServer,
} from "../helpers/mod.ts";
import { openTerminalClient } from "../helpers/terminal_client.ts";

const PASSWORD = "correct horse battery";
/** What follows a refused sign-in: neither was given before. */
const SECRET = "staple-secret-1";
const OTHER = "staple-secret-2";
const ENTER = { key: "Enter" };

/** Somebody who hears what is said in the lobby. */
async function listener(server: RunningServer, name: string): Promise<RunningChat> {
  const chat = await startClient(server);
  await register(chat, name, PASSWORD);
  return chat;
}

Deno.test("no line after a refused sign-in is said, whatever was wrong with it", async (t) => {
  await using server = await startServer();
  await using ear = await listener(server, "ear");
  const signedIn: readonly (readonly [line: string, passwords: number])[] = [
    ["/login amy extra", 1],
    ["/logn amy", 1],
    ["/ login amy", 1],
    ["/loginamy", 1],
    ["login amy", 1],
    ["logn amy", 1],
    [".login amy", 1],
    ["login", 1],
    ["register fred", 1],
    ["/register fred fred", 1],
    ["/passwd old", 2],
    ["/password", 2],
    ["passwd", 2],
    ["~:login b!b:", 1],
    ["~login amy:", 1],
    ["~:login amy hunter2:", 1],
    ["/identify amy", 1],
    ["/login a!b", 1],
    ["/login amy", 1],
    ["~:login amy:", 1],
    ["/register fred", 1],
  ];
  for (const json of [true, false]) {
    const what = json ? "JSON" : "plain lines";
    await using amy = await startClient(server, { json });
    const name = json ? "amy" : "amy2";
    await amy.say(`/register ${name}`);
    await amy.saySecret(PASSWORD);
    await amy.line(new RegExp(json ? '"signed-in"' : "^Signed in"));
    for (const [n, [like, passwords]] of signedIn.entries()) {
      const line = like.replace("amy", name);
      await t.step(`${what}: ${line}`, async () => {
        const after = `after ${json} ${n}`;
        const secrets = [SECRET, OTHER].slice(0, passwords);
        for (const typed of [line, ...secrets, after]) await amy.say(typed);
        const { text } = await ear.event("message", ({ from }) => from === name);
        assert.equal(text, after);
      });
    }
    assert.match(amy.stdout, /Your next line is taken as a password, and not said/);
    assert.match(amy.stdout, /Not said: it was taken as a password/);
  }
  const heard = ear.stdout + ear.stderr;
  assert(!/staple|login|passwd|hunter2/.test(heard), heard);
});

Deno.test("a password that was given is not said later, and one that a script gives twice is read once", async () => {
  await using server = await startServer();
  await using ear = await listener(server, "ear");
  await using amy = await startClient(server);
  await amy.say("/register amy");
  for (let n = 0; n < 2; n++) await amy.saySecret(PASSWORD);
  await amy.event("notice", ({ text }) => text === "Not said: that is a password you gave");
  await amy.say("/passwd");
  for (const line of [PASSWORD, SECRET, SECRET]) await amy.saySecret(line);
  await amy.event("notice", ({ text }) => text === "Not said: that is a password you gave");
  const commands = ["me", "msg ear", "msg #lobby", "topic", "topic #lobby", "away"];
  const like = commands.map((command) => `/${command} ${PASSWORD}`);
  for (const line of [` ${PASSWORD} `, ...like, `~-@ear: ${PASSWORD}`]) {
    await amy.say(line);
    await amy.event("notice", ({ text }) => text === "Not said: that is a password you gave");
  }
  await amy.say("/login amy hunter2");
  await amy.say(OTHER);
  await amy.say("hunter2");
  await amy.say("all of it");
  const { text } = await ear.event("message", ({ from }) => from === "amy");
  assert.equal(text, "all of it");
});

Deno.test("after a refused sign-in a command is run, and a text typed once more is said", async () => {
  await using server = await startServer();
  await using ear = await listener(server, "ear");
  await using amy = await startClient(server);
  await register(amy, "amy", PASSWORD);
  await amy.say("/logn amy");
  await amy.say("/rooms");
  await amy.event("notice", ({ text }) => /^#lobby: 2 users/.test(String(text)));
  await amy.say("login works");
  await amy.say("login works");
  assert.equal((await ear.event("message")).text, "login works");
  await amy.say("//login amy");
  assert.equal((await ear.event("message")).text, "/login amy");
  await amy.say("login is easy");
  assert.equal((await ear.event("message")).text, "login is easy");
});

Deno.test("on a terminal, what follows a refused sign-in is neither shown nor said nor kept", async (t) => {
  await using server = await startServer();
  await using ear = await listener(server, "ear");
  for (const term of ["tmux-256color", "dumb"]) {
    await t.step(term, async () => {
      const size = { columns: 100, rows: 40 };
      await using client = await openTerminalClient(server, { ...size, env: { TERM: term } });
      const { home, terminal } = client;
      const name = term === "dumb" ? "dora" : "tina";
      await terminal.waitFor(/makes an account/);
      await terminal.type(`/register ${name}`, ENTER);
      await terminal.waitFor(/Password for the new account/);
      await terminal.type(PASSWORD, ENTER);
      await terminal.waitFor(/Once more:/);
      await terminal.type("another one", ENTER);
      await terminal.waitFor(/The two are not the same/);
      await terminal.type(`/register ${name}`, ENTER);
      await terminal.waitFor(/account \w+:\s*$/);
      await terminal.type(PASSWORD, ENTER);
      await terminal.waitFor(/Once more:\s*$/);
      await terminal.type(PASSWORD, ENTER);
      await terminal.waitFor(/Signed in as/);

      await terminal.type(`/logn ${name}`, ENTER);
      await terminal.waitFor(/Enter if not\):\s*$/);
      await terminal.type(SECRET, ENTER);
      await terminal.waitFor(/Not said: it was taken as a password/);
      await terminal.type(SECRET, ENTER);
      await terminal.waitFor(/Not said: that is a password you gave/);
      await terminal.type(`login ${name}`, ENTER);
      await terminal.waitFor(/looks like a sign-in[^]*Enter if not\):\s*$/);
      await terminal.type(ENTER, "done", ENTER);
      const { text } = await ear.event("message", ({ from }) => from === name);
      assert.equal(text, "done");
      await terminal.type("/exit", ENTER);
      assert.equal(await terminal.exitCode(), 0);
      const kept = await Deno.readTextFile(join(home, "input_history")).catch(() => "");
      assert(!kept.includes("staple"), kept);
    });
  }
});

Deno.test("a person who mistypes their password is asked again, and the right one is not said", async () => {
  await using server = await startServer();
  await using ear = await listener(server, "ear");
  await using client = await openTerminalClient(server, { flags: ["--user", "ear"] });
  const { terminal } = client;
  for (const wrong of ["correct hrose", "correct hosre"]) {
    await terminal.waitFor(/Password for ear:\s*$/);
    await terminal.type(wrong, ENTER);
    await terminal.waitFor(/[Ww]rong/);
  }
  await terminal.waitFor(/Password for ear:\s*$/);
  await terminal.type(PASSWORD, ENTER);
  await terminal.waitFor(/Signed in as ear/);
  await terminal.type("here", ENTER);
  assert.equal((await ear.event("message")).text, "here");
});

Deno.test("a pasted block is said line by line, whatever its lines begin with, but for a sign-in and its password", async () => {
  await using server = await startServer();
  await using ear = await listener(server, "ear");
  await using client = await openTerminalClient(server, { flags: ["--user", "ear"] });
  const { terminal } = client;
  await terminal.waitFor(/Password for ear:\s*$/);
  await terminal.type(PASSWORD, ENTER);
  await terminal.waitFor(/Signed in as ear/);
  const said = ["  first", "/exit", "/usr/bin/deno", "~:q!:", "//two", "last"];
  await terminal.paste([...said.slice(0, 2), "/login ear", SECRET, ...said.slice(2)].join("\n"));
  await terminal.waitFor(/↵las/);
  await terminal.type(ENTER);
  for (const line of said) assert.equal((await ear.event("message")).text, line);
  await terminal.waitFor(/Not said: it was taken as a password/);
});
