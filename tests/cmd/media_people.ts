/** People with clients that send and keep sound, for tests of streams. @module */
import assert from "node:assert/strict";
import {
  type ChatEvent,
  register,
  type RunningChat,
  type RunningServer,
  startClient,
} from "../helpers/mod.ts";
import { toolsOf as processesOf } from "../helpers/processes.ts";
import { measureTone } from "../helpers/sound.ts";

const PASSWORD = "correct horse battery";

/** A tone that never ends by itself. */
export const LIVE = (hertz: number) => `ffmpeg:-f lavfi -i sine=frequency=${hertz}`;

/** Somebody who sends and hears. */
export interface Person {
  readonly chat: RunningChat;
  readonly name: string;
  /** Where what is received is kept. */
  readonly folder: string;
}

/** Somebody with a client of their own, signed in, keeping what they hear. */
export async function person(
  server: RunningServer,
  name: string,
  dir: string,
  { flags = [], env = {} }: { flags?: string[]; env?: Record<string, string> } = {},
): Promise<Person & AsyncDisposable> {
  const folder = `${dir}/${name}`;
  const chat = await startClient(server, { flags: ["--save-media", folder, ...flags], env });
  await register(chat, name, PASSWORD);
  return { chat, name, folder, [Symbol.asyncDispose]: () => chat[Symbol.asyncDispose]() };
}

/** The next offer of somebody else. */
export const offered = ({ chat }: Person) => chat.event("offer", ({ own }) => own === false);
/** The next state of this name, of one stream or of any. */
export const state = ({ chat }: Person, wanted: string, id?: unknown) =>
  chat.event("stream", (event) => event["state"] === wanted && (id ?? event["id"]) === event["id"]);

/**
 * Checks the length and the pitch of a tone that was kept.
 * `dropped`: frames that a sender on a busy machine has left out of a stream that runs by itself.
 */
export async function checkTone(
  { path }: ChatEvent,
  { ms, hertz, dropped = 0 }: { ms: number; hertz: number; dropped?: number },
): Promise<void> {
  const found = await measureTone(String(path));
  assert.ok(Math.abs(found.ms - ms) < 100 + dropped * 20, `${found.ms} ms`);
  checkPitch(found.hertz, hertz, dropped === 0 ? 2 : 50);
}

/** A hole in a live tone moves its measured pitch a little, never to that of another one here. */
export function checkPitch(found: number, hertz: number, tolerance = 50): void {
  assert.ok(Math.abs(found - hertz) < tolerance, `${found} Hz`);
}

/** Process ids of every ffmpeg and ffplay that a client has. */
export function toolsOf({ child }: RunningChat): number[] {
  return processesOf(child.pid).map(({ pid }) => pid);
}
