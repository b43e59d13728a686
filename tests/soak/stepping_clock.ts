/** The machine's clock is set ahead and back, by days and by years, while people talk. @module */
import { makeCertificate } from "../../core/identity/make_certificate.ts";
import { writePemPair } from "../../core/identity/pem_pair.ts";
import { ensurePrograms } from "../../scripts/needed_programs.ts";
import { IrcClient } from "../helpers/irc_client.ts";
import { freePort, type RunningServer, startServer, tempDir } from "../helpers/mod.ts";
import type { Attack, AttackOptions, Figure } from "./attack.ts";
import { SetClock } from "./set_clock.ts";

const DAY_MS = 86_400_000;
const PASSWORD = "correct-horse-7";
const CAPS = "batch draft/chathistory draft/account-registration message-tags server-time";

/** Times of a server with a database of its own. */
interface Times {
  readonly flags: readonly string[];
  /** The clock of each start, and how it is set while the server runs; in days ahead. */
  readonly starts: readonly (readonly number[])[];
}

const ALL_TIMES: readonly Times[] = [
  { flags: [], starts: [[365, 368, 0], [0], [-20_000, 0], [1]] },
  { flags: ["--keep-days", "30"], starts: [[0, 3, -3, 0], [1_095, 0], [-20_000, 0, 1_095], [0]] },
];

interface Tally {
  steps: number;
  dropped: number;
  idleSeconds: number;
  pingMs: number;
  said: string[];
  /** The room's history differed from the messages sent, after this number of starts. */
  wrongHistories: number;
}

export const steppingClock: Attack = {
  name: "stepping-clock",
  summary: "sets the server's clock ahead and back by days and years, between starts too",
  run,
};

async function run({ budgetMs }: AttackOptions): Promise<readonly Figure[]> {
  const missing = await ensurePrograms([{ binary: "faketime", aptPackage: "faketime" }]);
  if (missing !== undefined) throw new Error(missing);
  await using folder = await tempDir();
  const clock = new SetClock(folder.path);
  // Valid at all of these times: this tests the server only.
  const pair = await makeCertificate({ names: ["localhost"], days: 40_000, now: new Date(0) });
  await writePemPair(`${folder.path}/certs`, pair);
  const tally: Tally = {
    steps: 0,
    dropped: 0,
    idleSeconds: 0,
    pingMs: 0,
    said: [],
    wrongHistories: 0,
  };
  const steps = ALL_TIMES.flatMap(({ starts }) => starts).flat().length;
  const stepMs = Math.min(3_000, budgetMs / 2 / steps);
  for (const [at, { flags, starts }] of ALL_TIMES.entries()) {
    tally.said = [];
    for (const [first = 0, ...steps] of starts) {
      clock.set(first * DAY_MS);
      const plain = freePort();
      await using server = await startServer({
        data: `${folder.path}/data${at}`,
        certs: `${folder.path}/certs`,
        flags: ["--plain", String(plain), ...flags],
        env: clock.env,
      });
      await live(server, { plain, clock, steps, stepMs, tally });
    }
  }
  return [
    {
      what: "connections dropped, idle or by nc",
      figure: `${tally.dropped} in ${tally.steps} steps`,
      limit: "0",
      isMet: tally.dropped === 0,
    },
    {
      what: "longest time somebody was said to be idle",
      figure: `${tally.idleSeconds} s`,
      limit: "under 60 s",
      isMet: tally.idleSeconds < 60,
    },
    {
      what: "starts after which the history was incomplete or out of order",
      figure: `${tally.wrongHistories} of ${ALL_TIMES.flatMap(({ starts }) => starts).length}`,
      limit: "0",
      isMet: tally.wrongHistories === 0,
    },
    { what: "longest PING", figure: `${tally.pingMs.toFixed(1)} ms`, isMet: true },
  ];
}

interface Life {
  readonly plain: number;
  readonly clock: SetClock;
  readonly steps: readonly number[];
  readonly stepMs: number;
  readonly tally: Tally;
}

/** One run of the server. */
async function live(
  { port }: RunningServer,
  { plain, clock, steps, stepMs, tally }: Life,
): Promise<void> {
  await using amy = await IrcClient.connect({ port });
  if (tally.said.length === 0) {
    amy.say("CAP LS 302", `CAP REQ :${CAPS}`, `REGISTER amy * ${PASSWORD}`);
    await amy.expect(/REGISTER SUCCESS amy/);
    amy.say("CAP END");
    await amy.enter("amy");
  } else await amy.enter("amy", { caps: CAPS, pass: `amy:${PASSWORD}` });
  amy.say("JOIN #lobby", "JOIN #tea");
  if (!sameTexts(await history(amy, "#tea"), tally.said)) tally.wrongHistories++;
  await using quiet = await IrcClient.connect({ port });
  await quiet.enter(`quiet${tally.steps}`);
  await using nc = await IrcClient.connect({ port: plain, plain: true });
  nc.send("~:login amy:\n");
  nc.send(`${PASSWORD}\n`);
  await nc.expect(/^\* You are signed in as amy/);
  for (const days of [undefined, ...steps]) {
    if (days !== undefined) clock.set(days * DAY_MS);
    await untilTold(amy, clock);
    const text = `step ${tally.steps++}`;
    amy.say(`PRIVMSG #lobby :${text}`, `PRIVMSG #tea :${text}`);
    tally.said.push(text);
    await nc.expect(new RegExp(`: ${text}$`));
    tally.pingMs = Math.max(tally.pingMs, await pingFor(amy, stepMs));
    amy.say("WHOIS amy");
    const [, idle = "NaN"] = await amy.expect(/ 317 amy amy (\d+) /);
    tally.idleSeconds = Math.max(tally.idleSeconds, Number(idle));
    tally.dropped += [amy, quiet, nc].filter(({ isClosed }) => isClosed).length;
  }
  if (!sameTexts(await history(amy, "#lobby"), tally.said)) tally.wrongHistories++;
}

/** Waits until the server's clock has been set. */
async function untilTold(amy: IrcClient, clock: SetClock): Promise<void> {
  for (let shown = NaN; !(Math.abs(shown - clock.now) < 10_000);) {
    amy.say("TIME");
    const [, date = ""] = await amy.expect(/ 391 amy \S+ :(.*)$/);
    shown = Date.parse(date);
  }
}

/** Sends requests in a loop. @returns the longest wait. */
async function pingFor(amy: IrcClient, ms: number): Promise<number> {
  let longest = 0;
  for (const endMs = performance.now() + ms; performance.now() < endMs;) {
    const startMs = performance.now();
    await amy.sync();
    longest = Math.max(longest, performance.now() - startMs);
    // The rate that a client may keep up without limits.
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  return longest;
}

async function history(amy: IrcClient, room: string): Promise<string[]> {
  await amy.sync();
  amy.say(`CHATHISTORY LATEST ${room} * 100`);
  const lines = await amy.sync();
  return lines.flatMap((line) => /batch=.* PRIVMSG \S+ :(.*)$/.exec(line)?.[1] ?? []);
}

function sameTexts(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((text, at) => text === right[at]);
}
