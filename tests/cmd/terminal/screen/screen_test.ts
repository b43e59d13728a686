import assert from "node:assert/strict";
import { join } from "node:path";
import { MAX_PASTE_LENGTH } from "../../../../cmd/terminal/screen/keys.ts";
import { type Program, ROOT, tempDir, Tmux, type TmuxOptions } from "../../../helpers/mod.ts";

const FIXTURE = join(ROOT, "tests/cmd/terminal/screen/fixtures/screen_program.ts");
const enter = { key: "Enter" };

function fixture(args: readonly string[] = []): Program {
  return {
    command: Deno.execPath(),
    args: ["run", "-q", "-A", "--no-check", FIXTURE, ...args],
    env: {},
    cwd: ROOT,
  };
}

async function openFixture(options: TmuxOptions = {}, args: readonly string[] = []): Promise<Tmux> {
  const terminal = await Tmux.start(fixture(args), options);
  await terminal.waitFor(/ready[^]*\[room\]/);
  return terminal;
}

const DIGITS = "0123456789 ".repeat(6).trim();

/** The area with the digits typed, as tmux shows it: without the blanks at the rows' ends. */
function areaAt(columns: number): string {
  const rows = `[room] ${DIGITS}`.match(new RegExp(`.{1,${columns - 1}}`, "g")) ?? [];
  const status = "status of the fixture".slice(0, columns - 1);
  return [status, ...rows].map((row) => row.trimEnd()).join("\n");
}

/** The rows from the status line down. */
function area(screen: string): string {
  return screen.slice(screen.indexOf("status of the fix"));
}

Deno.test("the screen gives what was typed, and takes it from the input line", async () => {
  await using terminal = await openFixture();
  await terminal.type("hello", enter);
  await terminal.waitFor(/said: hello\nstatus of the fixture\n\[room\]\s*$/);
});

Deno.test("the screen keeps what is being typed whole while lines arrive", async () => {
  await using terminal = await openFixture({ columns: 40, rows: 12 });
  await terminal.type("tick", enter);
  await terminal.waitFor(/tick 5/);
  const text = "a line that is longer than one row of this terminal, and one more";
  for (const word of text.split(/(?<= )/)) {
    await terminal.type(word);
    const screen = await terminal.waitFor(/^status of the fixture\n\[room\]/m);
    const typed = area(screen).replace(/^status of the fixture\n\[room\] ?/, "").replaceAll(
      "\n",
      "",
    );
    assert.ok(text.startsWith(typed.trimEnd()), screen);
    const ticks = [...screen.matchAll(/^tick (\d+)$/gm)].map(([, n]) => Number(n));
    assert.deepEqual(ticks, ticks.map((_, at) => (ticks[0] ?? 0) + at), screen);
  }
  await terminal.type({ key: "C-a" }, "quiet", { key: "C-k" }, enter);
  await terminal.type({ key: "C-y" });
  const rows = ["[room] a line that is longer than one r", "ow of this terminal, and one more"];
  const whole = ["status of the fixture", ...rows].join("\n");
  await terminal.waitUntil("the line", (screen) => area(screen) === whole);
});

Deno.test("the screen draws every row once after a flood, and the scrollback has all", async () => {
  await using terminal = await openFixture({ rows: 10 });
  await terminal.type("flood", enter);
  await terminal.waitFor(/flood 500\nstatus of the fixture\n\[room\]/);
  const all = await terminal.screen({ scrollback: true });
  const numbers = [...all.matchAll(/^flood (\d+)$/gm)].map(([, n]) => Number(n));
  assert.deepEqual(numbers, Array.from({ length: 500 }, (_, at) => at + 1));
  assert.equal(all.split("status of the fixture").length, 2);
});

Deno.test("the screen puts the cursor behind wide characters, and moves over whole ones", async () => {
  await using terminal = await openFixture();
  await terminal.type("日本👍🏽é");
  await terminal.waitFor(/日本👍🏽é/);
  const start = "[room] ".length;
  await terminal.waitForCursor(start + 2 + 2 + 2 + 1);
  await terminal.type({ key: "Left" }, { key: "Left" }, "x");
  await terminal.waitFor(/日本x/);
  await terminal.waitForCursor(start + 2 + 2 + 1);
  await terminal.type({ key: "End" }, { key: "BSpace" }, { key: "BSpace" }, enter);
  await terminal.waitFor(/said: 日本x$/m);
});

Deno.test("the screen redraws its area once when the terminal becomes narrow and wide", async () => {
  await using terminal = await openFixture({ columns: 80, rows: 20 });
  await terminal.type("wide", enter, DIGITS);
  await terminal.waitFor(/789$/m);
  for (const columns of [30, 60, 20, 25, 80]) {
    await terminal.resize(columns, 20);
    await terminal.waitUntil(`one area of ${columns} columns`, (screen) => {
      return screen.split("status of the fix").length === 2 && area(screen) === areaAt(columns);
    });
  }
  const all = await terminal.screen({ scrollback: true });
  assert.equal(all.split("status of the fix").length, 2, all);
  assert.match(all, /^\n*ready\n(日本語のとても長い行\n?){8}\nstatus/);
});

Deno.test("the screen shows the end of a long line on a terminal of 20 columns and 5 rows", async () => {
  await using terminal = await openFixture({ columns: 20, rows: 5 });
  await terminal.type(DIGITS);
  const rows = areaAt(20).split("\n");
  const shown = [rows[0], ...rows.slice(-3)].join("\n");
  await terminal.waitUntil("the last rows", (screen) => area(screen) === shown);
  await terminal.resize(80, 24);
  await terminal.waitUntil("the whole line", (screen) => screen.includes(`[room] ${DIGITS}`));
  await terminal.type(enter);
  await terminal.waitFor(/said: 0123/);
});

Deno.test("the screen completes by Tab, and shows candidates when there are several", async () => {
  await using terminal = await openFixture();
  await terminal.type("/h", { key: "Tab" });
  await terminal.waitFor(/\/help +\/history +\/hello\nstatus/);
  await terminal.type("is", { key: "Tab" }, " @al", { key: "Tab" });
  await terminal.waitFor(/@alice +@alan\nstatus.*\n\[room\] \/history @al$/);
  await terminal.type("i", { key: "Tab" }, enter);
  await terminal.waitFor(/said: \/history @alice$/m);
});

Deno.test("the screen shows nothing of a secret and forgets it", async () => {
  await using folder = await tempDir();
  const file = join(folder.path, "history");
  await using terminal = await openFixture({}, [file]);
  await terminal.type("secret", enter);
  await terminal.waitFor(/^Password:/m);
  await terminal.type("hunter2");
  // Tab, history and yank must not bring a secret back either.
  await terminal.type({ key: "Tab" }, { key: "Up" }, enter);
  const screen = await terminal.waitFor(/secret: hunter2/); // printed by the fixture, on purpose
  assert.equal(screen.split("hunter2").length, 2);
  await terminal.type({ key: "Up" });
  await terminal.waitFor(/\[room\] secret$/);
  await terminal.type({ key: "C-c" }, { key: "C-d" });
  assert.equal(await terminal.exitCode(), 0);
  assert.equal(await Deno.readTextFile(file), "secret\n");
});

Deno.test("the screen gives text typed ahead of a question to the question", async () => {
  await using terminal = await openFixture();
  await terminal.type("secret\rhunter3\rask\rbob\rnext\r");
  const screen = await terminal.waitFor(/said: next/);
  assert.match(screen, /secret: hunter3\nanswer: bob\nsaid: next/);
});

Deno.test("the screen on a dumb terminal gives text typed ahead of a question to the question", async () => {
  await using terminal = await Tmux.start(fixture(), { env: { TERM: "dumb" } });
  await terminal.waitFor(/ready/);
  await terminal.type("secret\rhunter3\rask\rbob\rsecret\rhunter4\rnext\r");
  const screen = await terminal.waitFor(/said: next/);
  for (const said of ["secret: hunter3", "answer: bob", "secret: hunter4"]) {
    assert(screen.includes(said), screen);
  }
  assert.doesNotMatch(screen, /said: (hunter|bob)/);
});

Deno.test("the screen asks for a line, and Ctrl-C answers with nothing", async () => {
  await using terminal = await openFixture();
  await terminal.type("draft", { key: "C-c" }, "ask", enter);
  await terminal.waitFor(/^Name:/m);
  await terminal.type("bob", { key: "C-c" });
  await terminal.waitFor(/answer: undefined/);
  await terminal.type({ key: "C-c" });
  await terminal.waitFor(/outcome: interrupted\nterminal given back/);
  assert.equal(await terminal.exitCode(), 0);
});

Deno.test("the screen keeps history between sessions, for its owner alone", async () => {
  await using folder = await tempDir();
  const file = join(folder.path, "history");
  {
    await using terminal = await openFixture({}, [file]);
    await terminal.type("first", enter, "/login bob hunter4", enter, "second", enter);
    await terminal.waitFor(/said: second/);
    await terminal.type({ key: "C-d" });
    await terminal.waitFor(/outcome: end-of-input/);
  }
  assert.equal(await Deno.readTextFile(file), "first\nsecond\n");
  assert.equal((await Deno.stat(file)).mode! & 0o777, 0o600);
  await using terminal = await openFixture({}, [file]);
  await terminal.type({ key: "Up" }, { key: "Up" });
  await terminal.waitFor(/\[room\] first$/);
  await terminal.type({ key: "Down" });
  await terminal.waitFor(/\[room\] second$/);
});

Deno.test("the screen holds a paste of many lines until Enter, without its escapes", async () => {
  await using terminal = await openFixture();
  await terminal.paste("one\ntwo\x1b[31m\nthree\n");
  await terminal.waitFor(/\[room\] one↵two�\[31m↵three$/);
  await terminal.type(enter);
  await terminal.waitFor(
    /said: \(text\) one\nsaid: \(text\) two�\[31m\nsaid: \(text\) three\nstatus/,
  );
});

Deno.test("the screen continues when the end of a paste is missing, and Ctrl-C works within it", async () => {
  await using terminal = await openFixture();
  await terminal.type("\x1b[200~lost its end");
  await terminal.waitFor(/\[room\] lost its end$/);
  await terminal.type({ key: "C-c" }, "typed", enter);
  await terminal.waitFor(/said: typed/);
  await terminal.type("\x1b[200~again", { key: "C-c" });
  await terminal.type("more", enter);
  await terminal.waitFor(/said: more/);
});

Deno.test("the screen takes all of a paste or nothing, and says so", async () => {
  await using terminal = await openFixture();
  await terminal.paste("x".repeat(MAX_PASTE_LENGTH + 1));
  await terminal.waitFor(/! What you pasted was not taken: it has more than 64 Ki characters/);
  await terminal.paste(Array.from({ length: 600 }, (_, n) => `${"y".repeat(40)} ${n}`).join("\n"));
  await terminal.type(enter);
  await terminal.waitFor(/said: \(text\) y{40} 599\n/);
});

Deno.test("the screen runs nothing of a block, and does not cut a command's in two", async () => {
  await using terminal = await openFixture();
  await terminal.paste("/quiet\n/usr/bin/deno");
  await terminal.type(enter);
  await terminal.waitFor(/said: \(text\) \/quiet\nsaid: \(text\) \/usr\/bin\/deno/);
  await terminal.type("/msg bob ");
  await terminal.paste("first\nsecond");
  await terminal.type(enter);
  const screen = await terminal.waitFor(/! A command has one line: nothing was done/);
  assert(!screen.includes("said: (text) second"), screen);
});

Deno.test("the screen gives the terminal to the shell on Ctrl-Z, and takes it again", async () => {
  const { command, args, ...rest } = fixture();
  const shell = { ...rest, command: "bash", args: ["--norc", "-i"] };
  await using terminal = await Tmux.start(shell, { env: { PS1: "shell> " } });
  await terminal.waitFor(/shell>/);
  await terminal.type([command, ...args].join(" "), enter);
  await terminal.waitFor(/ready[^]*\[room\]/);
  await terminal.type("half a", { key: "C-z" });
  await terminal.waitFor(/Stopped[^]*shell>\s*$/);
  await terminal.type("echo $((6 * 7))", enter);
  await terminal.waitFor(/^42$/m);
  await terminal.type("fg", enter);
  await terminal.waitFor(/\[room\] half a$/);
  await terminal.type(" sentence", enter);
  await terminal.waitFor(/said: half a sentence/);
  await terminal.type({ key: "C-d" });
  await terminal.waitFor(/terminal given back/);
  await terminal.type("exit", enter);
});

Deno.test("the screen stays where no shell could wake it after Ctrl-Z", async () => {
  await using terminal = await openFixture();
  await terminal.type("one", { key: "C-z" });
  await terminal.waitFor(/ready\n+status of the fixture\n\[room\] one$/);
  await terminal.type(" more", enter);
  await terminal.waitFor(/said: one more/);
});

Deno.test("the screen redraws on Ctrl-L", async () => {
  await using terminal = await openFixture();
  await terminal.type("hello", enter);
  await terminal.waitFor(/said: hello/);
  await terminal.type("draft", { key: "C-l" });
  await terminal.waitFor(/^\n*status of the fixture\n\[room\] draft$/);
});

Deno.test("the screen on a dumb terminal prints, asks and hides secrets", async () => {
  await using terminal = await Tmux.start(fixture(), { env: { TERM: "dumb" } });
  await terminal.waitFor(/ready/);
  await terminal.type("hello", enter);
  await terminal.waitFor(/said: hello/);
  await terminal.type("secret", enter);
  await terminal.waitFor(/^Password:/m);
  await terminal.type("hunter5");
  await terminal.type(enter);
  const screen = await terminal.waitFor(/secret: hunter5/);
  assert.equal(screen.split("hunter5").length, 2);
  assert.doesNotMatch(screen, /status/);
  await terminal.type({ key: "C-c" });
  await terminal.waitFor(/outcome: interrupted/);
  assert.equal(await terminal.exitCode(), 0);
});
