/** All members at once, as after a restart, with their passwords by SASL PLAIN. @module */
import { join } from "node:path";
import { IrcClient } from "../helpers/irc_client.ts";
import { startServer } from "../helpers/server.ts";
import { tempDir } from "../helpers/temp_dir.ts";
import type { Attack, Figure } from "./attack.ts";
import { startGoodClient } from "./good_client.ts";
import { loopback, makeMembers, PASSWORD } from "./members.ts";

const MEMBERS = 400;
/** Generous upper bound of one check on an idle machine. */
const SECONDS_EACH = 0.5;

/** See the module's text. */
export const signInStorm: Attack = {
  name: "sign-in-storm",
  summary: `${MEMBERS} members sign in at once with the right password`,
  async run({ budgetMs }) {
    const members = Math.min(MEMBERS, Math.floor(budgetMs / 1_000 / SECONDS_EACH));
    await using folder = await tempDir();
    const data = join(folder.path, "data");
    await makeMembers(data, members + 1);
    await using server = await startServer({ data, flags: ["--slots", "1000"] });
    const { port } = server;
    const pass = `member${members}:${PASSWORD}`;
    const good = await startGoodClient({ port, nick: `member${members}`, pass });
    const before = performance.now();
    const answers = await Promise.all(Array.from({ length: members }, (_, n) => signIn(port, n)));
    const seconds = (performance.now() - before) / 1_000;
    const { p99, count } = await good.stop();
    const right = answers.filter((answer) => answer === "903").length;
    return [
      {
        what: `of ${members} right passwords, taken`,
        figure: String(right),
        limit: String(members),
        isMet: right === members,
      },
      { what: "all are in after", figure: `${seconds.toFixed(1)} s`, isMet: true },
      {
        what: `p99 of ${count} PINGs of another member meanwhile`,
        figure: `${p99.toFixed(1)} ms`,
        limit: "50 ms",
        isMet: p99 < 50,
      },
    ] satisfies Figure[];
  },
};

/** The numeric, or the error, that ends a sign-in. */
async function signIn(port: number, n: number): Promise<string> {
  await using client = await IrcClient.connect({ port, from: loopback(n) });
  client.say("CAP REQ sasl", `NICK member${n}`, `USER m 0 * :m`, "AUTHENTICATE PLAIN");
  client.say(`AUTHENTICATE ${btoa(`\0member${n}\0${PASSWORD}`)}`);
  const outcome = Promise.withResolvers<string>();
  client.socket.on("data", (bytes: Uint8Array) => {
    const found = / (90[3-8]) |(ERROR :.*)/.exec(new TextDecoder().decode(bytes));
    if (found) outcome.resolve(found[1] ?? found[2]!);
  });
  void client.closed.then(() => outcome.resolve("closed"));
  return await outcome.promise;
}
