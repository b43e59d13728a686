/**
 * `deno task picture [FILE]`: plays a short session with the real program, in a real terminal, and
 * draws the screen of one participant: docs/pictures/session.svg.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { program, type RunningServer, startServer, tempDir, Tmux } from "../tests/helpers/mod.ts";
import { type RunningChat, startClient } from "../tests/helpers/mod.ts";
import { ensurePrograms, type NeededProgram } from "./needed_programs.ts";
import { fetchPackages } from "./prepare.ts";
import { terminalSvg } from "./terminal_svg.ts";

const FILE = fileURLToPath(new URL("../docs/pictures/session.svg", import.meta.url));
const TMUX: NeededProgram = { binary: "tmux", aptPackage: "tmux" };
const SIZE = { columns: 86, rows: 40 } as const;
const ENTER = { key: "Enter" } as const;

/** Where the picture begins: what is above is the same for everybody. */
const FIRST_LINE = "-- #lobby --";

/** Everybody in the session. */
interface Cast {
  /** Where amy's files are. */
  readonly folder: string;
  readonly amy: Tmux;
  readonly bob: RunningChat;
  readonly carol: RunningChat;
}

if (import.meta.main) Deno.exit(await main(Deno.args[0] ?? FILE));

async function main(file: string): Promise<number> {
  const missing = await ensurePrograms([TMUX]);
  if (missing !== undefined || !await fetchPackages()) {
    console.error(missing ?? "picture: cannot fetch the packages that the program needs");
    return 1;
  }
  await Deno.mkdir(dirname(file), { recursive: true });
  await Deno.writeTextFile(file, await sessionPicture());
  console.log(`Drew ${file}`);
  return 0;
}

/** Plays the session and draws it. */
export async function sessionPicture(): Promise<string> {
  await using server = await startServer();
  await using folder = await tempDir();
  const connect = ["connect", server.hostname, String(server.port), "--trust-new"];
  const home = ["--home", join(folder.path, "home")];
  await using client = await program([...connect, ...home], { cwd: folder.path });
  await using amy = await Tmux.start(client, SIZE);
  await registerOnScreen(amy, "amy");
  await using bob = await comesIn(server, "bob");
  await using carol = await comesIn(server, "carol");
  await amy.waitFor(/carol has come in/);
  await play({ folder: folder.path, amy, bob, carol });
  const capture = await amy.screen({ escapes: true });
  return terminalSvg(withoutChance(fromFirstLine(capture), server, folder.path), {
    columns: SIZE.columns,
    title: "chat connect chat.example.org 9000",
    hasCursor: true,
    description: "amy's terminal: bob and carol talk with her in #lobby, she writes to carol and " +
      "sends her a file, both marked as direct, and then types the next line.",
  });
}

async function play({ folder, amy, bob, carol }: Cast): Promise<void> {
  await bob.say("Morning! The new build is on the test machine.");
  await amy.waitFor(/test machine\./);
  await amy.type("Thanks @bob, I'll try it before lunch", ENTER);
  await bob.line(/before lunch/);
  await carol.say("@amy can you send me the notes from yesterday?");
  await amy.waitFor(/yesterday\?/);
  await amy.type("/msg carol Of course, straight to you", ENTER);
  await amy.waitFor(/straight to you ✓/);
  await Deno.writeTextFile(join(folder, "notes.md"), "# Notes\n".repeat(3_000));
  await amy.type("/file carol notes.md", ENTER);
  await carol.line(/^\[1\] amy offers you: notes\.md/);
  await carol.say(`/accept into ${join(folder, "carol")}`);
  await amy.waitFor(/carol has .*notes\.md/);
  await carol.say("/msg amy Got it, thank you!");
  await amy.waitFor(/Got it, thank you!/);
  await bob.say("/me puts the kettle on");
  await amy.waitFor(/puts the kettle on/);
  await amy.type("On my way");
  await amy.waitFor(/ms\n#lobby > On my way$/);
}

async function comesIn(server: RunningServer, user: string): Promise<RunningChat> {
  await using undo = new AsyncDisposableStack();
  const chat = undo.use(await startClient(server, { json: false }));
  await chat.line(/^Connected to/);
  await chat.say(`/register ${user}`);
  await chat.saySecret(passwordOf(user));
  await chat.line(/^You are in #lobby$/);
  undo.move();
  return chat;
}

async function registerOnScreen(terminal: Tmux, user: string): Promise<void> {
  await terminal.waitFor(/Sign in/);
  await terminal.type(`/register ${user}`, ENTER);
  await terminal.waitFor(/[Pp]assword.*:$/);
  await terminal.type(passwordOf(user), ENTER);
  await terminal.waitFor(/Once more:$/);
  await terminal.type(passwordOf(user), ENTER);
  await terminal.waitFor(/#lobby >/);
}

function passwordOf(user: string): string {
  return `the password of ${user}`;
}

function fromFirstLine(capture: string): string {
  const lines = capture.split("\n");
  return lines.slice(lines.findIndex((line) => line.includes(FIRST_LINE))).join("\n");
}

/** Replaces what differs between two runs (folder, port, time, key, round trip), so that pictures differ by the program alone. */
function withoutChance(capture: string, server: RunningServer, folder: string): string {
  return capture
    .replaceAll(folder, "/home/amy")
    .replaceAll(`${server.hostname}:${server.port}`, "chat.example.org:9000")
    .replaceAll(/(?<![\d:])\d\d:\d\d(?![\d:])/g, "10:42")
    .replaceAll(/\b[0-9a-f]{16}(?=\.\.\.)/g, "5f3c9a1e07b4d268")
    .replaceAll(/\b\d+ ms\b/g, "9 ms");
}
