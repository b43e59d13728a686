/** The database's disk is filled to the last byte, then freed. @module */
import { openStore } from "../../core/store/sqlite/sqlite_store.ts";
import { IrcClient } from "../helpers/irc_client.ts";
import { freePort, runChat, type RunningServer, startServer, tempDir } from "../helpers/mod.ts";
import type { Attack, AttackOptions, Figure } from "./attack.ts";

const PASSWORD = "correct-horse-7";
const DISK_BYTES = 24 * 1024 ** 2;
const CAPS = "draft/account-registration standard-replies message-tags echo-message";
const UNAVAILABLE =
  /(FAIL (REGISTER|NS) TEMPORARILY_UNAVAILABLE .*|^\* )Server cannot store accounts now/;

export const diskFull: Attack = {
  name: "disk-full",
  summary:
    "fills the database's disk to the last byte while people talk and register, and makes room again",
  run,
};

async function run({ budgetMs }: AttackOptions): Promise<readonly Figure[]> {
  await using folder = await tempDir();
  await using disk = await smallDisk(`${folder.path}/disk`);
  const plain = freePort();
  const flags = ["--plain", String(plain), "--metrics", String(freePort())];
  const start = (extra: readonly string[] = []) =>
    startServer({
      data: `${disk.path}/data`,
      certs: `${folder.path}/certs`,
      flags: [...flags, "--log-file", `${disk.path}/log`, ...extra],
    });
  const figures: Figure[] = [];
  const said: string[] = [];
  {
    await using server = await start();
    figures.push(...await fillAndFree({ server, plain, disk, said, budgetMs }));
  }
  figures.push(...await storedAfterwards(`${disk.path}/data/chat.sqlite`, said));
  return figures;
}

interface Scene {
  readonly server: RunningServer;
  readonly plain: number;
  readonly disk: SmallDisk;
  /** Messages that must be in the history at the end. */
  readonly said: string[];
  readonly budgetMs: number;
}

async function fillAndFree(scene: Scene): Promise<Figure[]> {
  const { server, plain, disk, said, budgetMs } = scene;
  await using amy = await IrcClient.connect({ port: server.port });
  amy.say("CAP LS 302", `CAP REQ :${CAPS}`, `REGISTER amy * ${PASSWORD}`);
  await amy.expect(/REGISTER SUCCESS amy/);
  amy.say("CAP END");
  await amy.enter("amy");
  amy.say("JOIN #tea");
  await say(amy, said, "before");
  disk.fill();

  await talkUntil(server, { amy, said, endMs: performance.now() + budgetMs / 4 });
  amy.say("TOPIC #tea :set on a full disk");
  await amy.expect(/ TOPIC #tea /);
  const answers = await registerEverywhere(server.port, plain);
  const stats = await admin(server, "stats");
  const signsIn = await IrcClient.connect({ port: server.port });
  await signsIn.enter("amy", { pass: `amy:${PASSWORD}` });
  await signsIn[Symbol.asyncDispose]();

  disk.free();
  await untilWritten(server, amy, said);
  const late = await IrcClient.connect({ port: server.port });
  late.say("CAP LS 302", `CAP REQ :${CAPS}`, `REGISTER late * ${PASSWORD}`);
  await late.expect(/REGISTER SUCCESS late/);
  await late[Symbol.asyncDispose]();
  await say(amy, said, "after");
  return [
    {
      what: "doors that say that accounts cannot be stored now",
      figure: `${answers.filter((line) => UNAVAILABLE.test(line)).length} of ${answers.length}`,
      limit: "all",
      isMet: answers.every((line) => UNAVAILABLE.test(line)),
    },
    {
      what: "chat admin stats shows that the disk is full",
      figure: /CANNOT BE WRITTEN/.test(stats) && /: LOW/.test(stats) ? "yes" : "no",
      limit: "yes",
      isMet: /CANNOT BE WRITTEN/.test(stats) && /: LOW/.test(stats),
    },
    {
      what: "errors on standard error that are not log lines",
      figure: String(strayLines(server).length),
      limit: "0",
      isMet: strayLines(server).length === 0,
    },
  ];
}

async function storedAfterwards(path: string, said: readonly string[]): Promise<Figure[]> {
  using store = openStore(path);
  const tea = store.rooms.list().find(({ name }) => name === "#tea");
  const rows = tea ? store.history.query(tea, { kind: "latest", limit: 100_000 }) : [];
  const stored = rows.map(({ text }) => text);
  const lost = said.filter((text) => !stored.includes(text)).length;
  return await Promise.resolve([
    {
      what: "messages lost that were said meanwhile",
      figure: `${lost} of ${said.length}`,
      limit: "0",
      isMet: lost === 0 && stored.length === said.length,
    },
    {
      what: "topic that was set meanwhile",
      figure: tea?.topic ?? "none",
      limit: "is kept",
      isMet: tea?.topic === "set on a full disk",
    },
    {
      what: "accounts afterwards",
      figure: store.accounts.list().map(({ name }) => name).join(", "),
      limit: "amy, late",
      isMet: store.accounts.list().map(({ name }) => name).join(", ") === "amy, late",
    },
  ]);
}

async function say(client: IrcClient, said: string[], text: string): Promise<void> {
  client.say(`PRIVMSG #tea :${text}`);
  await client.expect(new RegExp(` PRIVMSG #tea :${text}$`));
  said.push(text);
}

/** Talks until `/readyz` says that the history cannot be written, and on to the end of the time. */
async function talkUntil(
  server: RunningServer,
  { amy, said, endMs }: {
    readonly amy: IrcClient;
    readonly said: string[];
    readonly endMs: number;
  },
): Promise<void> {
  for (let n = 0; performance.now() < endMs || !(await failing(server)); n++) {
    await say(amy, said, `${n} ${"x".repeat(300)}`);
  }
}

async function untilWritten(server: RunningServer, amy: IrcClient, said: string[]): Promise<void> {
  for (let n = 0; await failing(server); n++) await say(amy, said, `waiting ${n}`);
}

async function failing(server: RunningServer): Promise<boolean> {
  return /CANNOT BE WRITTEN/.test(await admin(server, "stats"));
}

async function admin({ data }: RunningServer, command: string): Promise<string> {
  return (await runChat(["admin", "--data", data, command])).stdout;
}

/** The answer to a registration at each door. */
async function registerEverywhere(port: number, plain: number): Promise<string[]> {
  await using bob = await IrcClient.connect({ port });
  await bob.enter("bob", { caps: CAPS });
  bob.say(`REGISTER bob * ${PASSWORD}`);
  const [byCommand] = await bob.expect(/.* REGISTER .*|.*INTERNAL_ERROR.*/);
  bob.say(`NS REGISTER ${PASSWORD}`);
  const [byService] = await bob.expect(/.* (FAIL|NOTE) NS .*|.*INTERNAL_ERROR.*/);
  await using nc = await IrcClient.connect({ port: plain, plain: true });
  nc.send("~:register fred:\n");
  nc.send(`${PASSWORD}\n`);
  const [byPlain] = await nc.expect(/^\* .*(cannot|signed in|wrong on).*/);
  return [byCommand, byService, byPlain];
}

function strayLines({ chat }: RunningServer): string[] {
  return chat.stderr.split("\n").filter((line) => line !== "" && !/^\d{4}-\d\d-\d\dT/.test(line));
}

interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  /** Fills the disk to the last byte. */
  fill(): void;
  free(): void;
}

/** A file system of its own, in memory; needs root. */
async function smallDisk(path: string): Promise<SmallDisk> {
  await Deno.mkdir(path);
  await command("mount", "-t", "tmpfs", "-o", `size=${DISK_BYTES}`, "tmpfs", path);
  const filler = `${path}/filler`;
  return {
    path,
    fill() {
      using file = Deno.openSync(filler, { create: true, append: true });
      const block = new Uint8Array(4096);
      try {
        while (file.writeSync(block) > 0);
      } catch {
        // full, as it should be
      }
    },
    free: () => Deno.removeSync(filler),
    [Symbol.asyncDispose]: () => command("umount", "--lazy", path),
  };
}

async function command(name: string, ...args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(name, { args: [...args] }).output();
  if (!success) throw new Error(`${name} failed: ${new TextDecoder().decode(stderr)}`);
}
