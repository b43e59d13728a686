/** The thread of {@linkcode startGoodClient}. @module */
import { IrcClient } from "../helpers/irc_client.ts";
import type { GoodClientOptions } from "./good_client.ts";

const thread = globalThis as unknown as {
  onmessage: (event: MessageEvent) => void;
  postMessage(data: unknown): void;
};

/** The server takes 20 lines a second. */
const EVERY_MS = 60;
const stopping = Promise.withResolvers<void>();
let isStopping = false;

thread.onmessage = ({ data }) => {
  if (data !== "stop") return void run(data);
  isStopping = true;
  stopping.resolve();
};

async function run({ nick, pass = "", everyMs = EVERY_MS, ...where }: GoodClientOptions) {
  await using client = await IrcClient.connect(where);
  await client.enter(nick, { pass });
  thread.postMessage("ready");
  const times: number[] = [];
  while (!isStopping) {
    const before = performance.now();
    await client.sync();
    times.push(performance.now() - before);
    await Promise.race([stopping.promise, new Promise((resolve) => setTimeout(resolve, everyMs))]);
  }
  thread.postMessage(times);
}
