/**
 * `deno task demo`: a real server on a free port and two real clients, shown as a transcript. `>` is
 * what somebody types; everything else is what the programs print.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { RunningChat } from "../tests/helpers/chat.ts";
import { startClient } from "../tests/helpers/client.ts";
import { type RunningServer, startServer } from "../tests/helpers/server.ts";
import { tempDir } from "../tests/helpers/temp_dir.ts";
import { prepareClip, sendClip } from "./demo_clip.ts";
import { fetchPackages } from "./prepare.ts";

/** The participants. */
interface Cast {
  /** Folder of their files. */
  readonly folder: string;
  /** Why there is no audio clip, if there is none. */
  readonly noClip: string | undefined;
  readonly server: RunningServer;
  readonly alice: RunningChat;
  readonly bob: RunningChat;
}

/** An action and what each participant must see of it. A later feature is one more step. */
interface Step {
  readonly title: string;
  readonly run: (cast: Cast) => Promise<void>;
}

/** Large enough for a visible progress bar, small enough for a demo. */
const FILE_BYTES = 2_000 * 65_536;

const STEPS: readonly Step[] = [
  {
    title: "Both register, and are in the room",
    run: async ({ alice, bob }) => {
      await register(alice, "alice", "correct horse battery");
      await register(bob, "bob", "staple of the demo");
      await alice.line(/#lobby bob has come in/);
    },
  },
  {
    title: "A message to the room, through the server",
    run: async ({ alice, bob }) => {
      await alice.say("Hello @bob, can you read this?");
      await bob.line(/#lobby <alice> Hello @bob, can you read this\?/);
      await bob.say("Loud and clear.");
      await alice.line(/#lobby <bob> Loud and clear\./);
    },
  },
  {
    title: "A private message, from client to client: the server never sees it",
    run: async ({ alice, bob }) => {
      await alice.say("/msg bob Between the two of us.");
      await bob.line(/\[direct\] alice -> bob: Between the two of us\./);
      await alice.line(/\[direct\] delivered to bob/);
      await bob.say("/msg alice It stays here.");
      await alice.line(/\[direct\] bob -> alice: It stays here\./);
      await bob.line(/\[direct\] delivered to alice/);
    },
  },
  {
    title: "A file, from client to client, and its SHA-256 on both sides",
    run: sendFile,
  },
  {
    title: "An audio clip, from client to client, encoded and kept",
    run: async (cast) => {
      if (cast.noClip === undefined) return await sendClip(cast);
      console.log(`Left out: ${cast.noClip}`);
    },
  },
  {
    title: "Is the server there, and who else?",
    run: async ({ alice }) => {
      await alice.say("/hello");
      await alice.line(/Hello from .*2 users online, round trip/);
      await alice.say("/users");
      await alice.line(/#lobby, 2 here: alice bob/);
    },
  },
  {
    title: "Everybody leaves",
    run: async ({ server, alice, bob }) => {
      await bob.say("/exit");
      await alice.line(/#lobby bob has left/);
      await alice.say("/exit");
      await expectExit(bob, "bob's client");
      await expectExit(alice, "alice's client");
      server.chat.kill("SIGTERM");
      await expectExit(server.chat, "the server");
    },
  },
];

if (import.meta.main) Deno.exit(await main());

async function main(): Promise<number> {
  if (!await fetchPackages()) {
    console.error("demo: cannot fetch the packages that the program needs");
    return 1;
  }
  try {
    await play();
  } catch (error) {
    console.error(`demo: failed: ${error instanceof Error ? error.message : error}`);
    return 1;
  }
  console.log("\nThe demo is over; all of it worked.");
  return 0;
}

async function play(): Promise<void> {
  heading("A server on a free port, and two clients");
  const noClip = await prepareClip();
  await using folder = await tempDir();
  await using server = await startServer({ watch: printerFor("server") });
  await using alice = await startClient(server, { json: false, watch: printerFor("alice") });
  await using bob = await startClient(server, { json: false, watch: printerFor("bob") });
  await Promise.all([alice, bob].map((client) => client.line(/^Connected to/)));
  for (const { title, run } of STEPS) {
    heading(title);
    await run({ folder: folder.path, noClip, server, alice, bob });
  }
}

async function sendFile({ folder, alice, bob }: Cast): Promise<void> {
  const sent = join(folder, "holiday.mov");
  const content = crypto.getRandomValues(new Uint8Array(65_536));
  const file = await Deno.open(sent, { write: true, create: true });
  const hash = createHash("sha256");
  for (let i = 0; i < FILE_BYTES / content.length; i++) {
    hash.update(content);
    await file.write(content);
  }
  file.close();
  const sha256 = hash.digest("hex");
  await alice.say(`/file bob ${sent}`);
  await bob.line(/^\[1\] alice offers you: holiday\.mov, 131 MB\. \/accept 1/);
  await bob.say(`/accept into ${join(folder, "bob")}`);
  const [, path = ""] = await bob.line(
    new RegExp(`^\\[1\\] Received from alice: (.*) \\(131 MB\\) SHA-256 ${sha256}$`),
  );
  await alice.line(new RegExp(`^\\[1\\] bob has .* \\(131 MB\\) SHA-256 ${sha256}$`));
  await bob.line(/^\[1\] \[#{20}\] 100% of 131 MB/);
  const received = createHash("sha256").update(await Deno.readFile(path)).digest("hex");
  if (received !== sha256) throw new Error(`${path} is not what was sent`);
}

async function register(client: RunningChat, user: string, password: string): Promise<void> {
  await client.say(`/register ${user}`);
  await client.saySecret(password);
  await client.line(new RegExp(`^Signed in as ${user}$`));
  await client.line(/^You are in #lobby$/);
}

async function expectExit(chat: RunningChat, who: string): Promise<void> {
  const code = await chat.exit();
  if (code !== 0) throw new Error(`${who} ended with ${code}\n${chat.transcript}`);
}

function heading(title: string): void {
  console.log(`\n== ${title}`);
}

function printerFor(who: string): (mark: string, line: string) => void {
  return (mark, line) => console.log(`${who.padEnd(6)} ${mark === " " ? "|" : mark} ${line}`);
}
