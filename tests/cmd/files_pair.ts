/** Two clients of the real program that send each other files. @module */
import { join } from "node:path";
import {
  type ChatEvent,
  register,
  type RunningChat,
  type RunningServer,
  startClient,
} from "../helpers/mod.ts";

export const PASSWORD = "correct horse battery";
/** Takes long enough to be caught in the middle. */
export const LARGE_BYTES = 400_000_000;
/** On a busy machine it takes much longer. */
export const LARGE_WAIT_MS = 180_000;

/** A file full of zeros that takes no room. */
export async function makeLarge(path: string): Promise<void> {
  using file = await Deno.create(path);
  await file.truncate(LARGE_BYTES);
}

export const own = (event: ChatEvent) => event["own"] === true;
export const foreign = (event: ChatEvent) => event["own"] === false;
export const withId = (id: unknown) => (event: ChatEvent) => event["id"] === id;

/** Signs in again after a client was killed. */
export async function signIn(
  server: RunningServer,
  user: string,
  home: string,
  ...flags: string[]
) {
  const chat = await startClient(server, { home, flags });
  await chat.say(`/login ${user}`);
  await chat.saySecret(PASSWORD);
  await chat.event("signed-in");
  return chat;
}

/** Two signed-in clients, each with a home to come back to. */
export async function openPair(server: RunningServer, folder: string, names: [string, string]) {
  await using undo = new AsyncDisposableStack();
  const downloads = join(folder, "downloads");
  const flags = ["--downloads", downloads];
  const homes = names.map((name) => join(folder, `home of ${name}`)) as [string, string];
  const sender = undo.use(await startClient(server, { home: homes[0], flags }));
  const receiver = undo.use(await startClient(server, { home: homes[1], flags }));
  await register(sender, names[0], PASSWORD);
  await register(receiver, names[1], PASSWORD);
  const owned = undo.move();
  return { sender, receiver, homes, downloads, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

export async function kill(chat: RunningChat): Promise<void> {
  chat.kill("SIGKILL");
  await chat.exit();
}
