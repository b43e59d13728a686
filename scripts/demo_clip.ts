/**
 * The demo's audio clip: ffmpeg makes a tone, one client sends it, the other saves it; the saved file is decoded and
 * measured.
 *
 * @module
 */
import { join } from "node:path";
import type { RunningChat } from "../tests/helpers/chat.ts";
import { makeTone, measureTone } from "../tests/helpers/sound.ts";
import { ensurePrograms, findOnPath, type NeededProgram } from "./needed_programs.ts";

const FFMPEG: NeededProgram = { binary: "ffmpeg", aptPackage: "ffmpeg" };
const SECONDS = 1.5;
const HERTZ = 440;

/** Sender, receiver and folder of the clip. */
export interface ClipCast {
  readonly folder: string;
  readonly alice: RunningChat;
  readonly bob: RunningChat;
}

/**
 * Installs ffmpeg before the programs start, since they look for it when they start.
 *
 * Only where CI is set: a demo does not change a user's machine.
 *
 * @returns The reason when there is no clip; undefined when there is one.
 */
export async function prepareClip(): Promise<string | undefined> {
  if (findOnPath(FFMPEG.binary) !== undefined) return undefined;
  if (Deno.env.get("CI")) return await ensurePrograms([FFMPEG]);
  return "ffmpeg is not installed. On Debian or Ubuntu: sudo apt-get install ffmpeg";
}

/** Sends the clip and compares what arrived. @throws {Error} When it differs. */
export async function sendClip({ folder, alice, bob }: ClipCast): Promise<void> {
  const sent = await makeTone(join(folder, "tone.wav"), SECONDS, HERTZ);
  await alice.say(`/audio bob ${sent}`);
  const [, number] = await bob.line(/^\[(\d+)\] alice offers you: audio tone\.wav\./);
  await bob.say(`/accept ${number} into ${join(folder, "bob")}`);
  const [, path = ""] = await bob.line(/^\[\d+\] Received from alice: (.*\.ogg) \(/);
  await bob.line(/audio alice -> bob: complete/);
  await alice.line(/audio alice -> bob: complete/);
  const { ms, hertz } = await measureTone(path);
  const found = `${(ms / 1_000).toFixed(2)} s of ${hertz.toFixed(0)} Hz`;
  const isSame = Math.abs(ms - SECONDS * 1_000) < 100 && Math.abs(hertz - HERTZ) < 2;
  if (!isSame) throw new Error(`${path} is not what was sent: ${found}`);
  console.log(`       = decoded, it is ${found}, as it was sent`);
}
