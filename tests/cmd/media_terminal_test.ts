import assert from "node:assert/strict";
import { join } from "node:path";
import { isRunning } from "../core/peer/streams/helpers.ts";
import { eventually } from "../helpers/eventually.ts";
import {
  program,
  register,
  type RunningChat,
  type RunningServer,
  startClient,
  startServer,
  tempDir,
  Tmux,
} from "../helpers/mod.ts";
import { toolsOf } from "../helpers/processes.ts";

const PASSWORD = "correct horse battery";
const ENTER = { key: "Enter" };
const TONE = "ffmpeg:-f lavfi -i sine=440";

Deno.test("chat connect on a terminal: what is heard has a row of live figures", async (t) => {
  await using server = await startServer();
  await using dir = await tempDir();
  const pidFile = join(dir.path, "pid");
  await using start = await program([
    "connect",
    server.hostname,
    String(server.port),
    ...["--trust-new", "--home", join(dir.path, "home"), "--downloads", join(dir.path, "got")],
  ]);
  // The shell becomes the client: its process id is the client's.
  const noted = {
    ...start,
    command: "sh",
    args: ["-c", 'echo $$ > "$0"; exec "$@"', pidFile, start.command, ...start.args],
  };
  await using terminal = await Tmux.start(noted, {
    columns: 120,
    rows: 30,
    env: { SDL_AUDIODRIVER: "dummy" },
  });
  await registerAmy(terminal);
  await using bob = await startClient(server);
  await register(bob, "bob", PASSWORD);
  const pid = Number(await Deno.readTextFile(pidFile));

  await t.step("plays what is accepted, at the wanted volume", async () => {
    await bob.say(`/audio amy ${TONE}`);
    await terminal.waitFor(/\[1\] bob offers you: audio sine\. \/accept 1 or \/reject 1/);
    await terminal.type("/accept", ENTER);
    await terminal.waitFor(
      /^\[1\] sine from bob \d:\d\d +opus +\d+ kbit\/s +latency \d+ ms +jitter [\d.]+ ms +\d+ lost +\d+ late/m,
    );
    assert.deepEqual(toolsOf(pid).map(({ name }) => name).sort(), ["ffmpeg", "ffplay"]);
    await terminal.type("/volume 30", ENTER);
    await terminal.waitFor(/\[1\] audio sine from bob: 30%/);
  });

  await t.step("says that it is held, and goes on", async () => {
    await terminal.type("/pause", ENTER);
    await terminal.waitFor(/^\[1\] sine from bob held/m);
    await terminal.waitFor(/audio bob -> amy: held by amy/);
    await terminal.type("/resume", ENTER);
    await terminal.waitFor(/audio bob -> amy continues/);
    await terminal.type("/streams", ENTER);
    await terminal.waitFor(/- \[1\] audio sine from bob: opus, \d+ kbit\/s/);
  });

  await t.step("has no row and no process any more when it is over", async () => {
    await terminal.type("/stop", ENTER);
    await terminal.waitUntil("a stream that has stopped, without a row", (screen) => {
      return /audio bob -> amy: stopped after \d:\d\d/.test(screen) &&
        !/^\[1\] sine from bob/m.test(screen);
    });
    await eventually(() => toolsOf(pid).length === 0, "player and decoder are gone");
    await assert.rejects(Deno.stat(join(dir.path, "got")), "what is played is not kept");
  });

  await t.step("leaves no player behind when it is killed with -9", async () => {
    await bob.say(`/audio amy ${TONE}`);
    await terminal.waitFor(/\[2\] bob offers you/);
    await terminal.type("/accept 2", ENTER);
    await terminal.waitFor(/^\[2\] sine from bob \d:\d\d +opus/m);
    const tools = toolsOf(pid);
    assert.equal(tools.length, 2);
    Deno.kill(pid, "SIGKILL");
    await eventually(() => !tools.some(({ pid }) => isRunning(pid)), "player and decoder are gone");
    await bob.event("stream", ({ end }) => end === "lost");
  });
});

Deno.test("chat connect on a terminal without ffplay keeps what it cannot play, and says so", async () => {
  await using server = await startServer();
  await using dir = await tempDir();
  const got = join(dir.path, "got");
  await using start = await program([
    "connect",
    server.hostname,
    String(server.port),
    ...["--trust-new", "--home", join(dir.path, "home"), "--downloads", got],
  ]);
  const withoutTools = {
    ...start,
    command: "env",
    args: [`PATH=${join(dir.path, "empty")}`, start.command, ...start.args],
  };
  await using terminal = await Tmux.start(withoutTools, { columns: 200, rows: 30 });
  await using _bob = await acceptTone(server, terminal, 1);
  await terminal.waitFor(/Cannot (find|start) ffmpeg.*It is kept in .*got, not played/s);
  await terminal.waitFor(/audio bob -> amy: complete( after 0:\d\d)?, kept as .*sine\.ogg/s);
});

Deno.test("chat connect on a terminal without a sound device keeps what it cannot play, in ffplay's words", async () => {
  await using server = await startServer();
  await using dir = await tempDir();
  const downloads = ["--downloads", join(dir.path, "got")];
  await using start = await program([
    ...["connect", server.hostname, String(server.port)],
    ...["--trust-new", "--home", join(dir.path, "home"), ...downloads],
  ]);
  const env = { SDL_AUDIODRIVER: "disk", SDL_DISKAUDIOFILE: "/nowhere/sound" };
  await using terminal = await Tmux.start(start, { columns: 250, rows: 30, env });
  await using bob = await acceptTone(server, terminal, 2);
  await terminal.waitFor(/ffplay cannot play: .*audio open failed.*is kept\s+in\s+\S*got\)/s);
  await terminal.waitFor(/audio bob -> amy: complete( after 0:\d\d)?, kept as .*sine\.ogg/s);
  await bob.event("stream", ({ end }) => end === "done");
});

/** amy registers in the terminal, and accepts a tone of so many seconds from bob, who is given. */
async function acceptTone(
  server: RunningServer,
  terminal: Tmux,
  seconds: number,
): Promise<RunningChat> {
  await registerAmy(terminal);
  await using undo = new AsyncDisposableStack();
  const bob = undo.use(await startClient(server));
  await register(bob, "bob", PASSWORD);
  await bob.say(`/audio amy ffmpeg:-f lavfi -i sine=duration=${seconds}`);
  await terminal.waitFor(/bob offers you/);
  await terminal.type("/accept", ENTER);
  undo.move();
  return bob;
}

async function registerAmy(terminal: Tmux): Promise<void> {
  await terminal.waitFor(/Connected to 127\.0\.0\.1/);
  await terminal.type("/register amy", ENTER);
  await terminal.waitFor(/Password for the new account amy:/);
  await terminal.type(PASSWORD, ENTER);
  await terminal.waitFor(/Once more:$/);
  await terminal.type(PASSWORD, ENTER);
  await terminal.waitFor(/Signed in as amy/);
}
