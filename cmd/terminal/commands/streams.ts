/** Commands about sound and picture: /audio /video /call /pause /resume /volume /stop /streams /devices. @module */
import { findDevices } from "../../../core/client/mod.ts";
import { MAX_VOLUME } from "../../../core/media/gain.ts";
import { figuresText } from "../words/stream_text.ts";
import { type CommandContext, type CommandSpec, firstWord, UsageError, words } from "./command.ts";
import { describe, numberOf, typedPath } from "./files.ts";
import { restAsWord } from "./shell_words.ts";

const SOURCE_DETAILS = [
  "SOURCE is a file, a URL, mic or camera (mic:NAME as /devices lists them), or ffmpeg: and the arguments",
  "that make ffmpeg open it: ffmpeg:-f lavfi -i sine=440. To a room (#lobby) it is encoded once, and",
  "those who accept later join in the middle. With --save you keep what you send, in the folder of",
  "--save-media or --downloads.",
];

/** The commands of this file. */
export const streamCommandSpecs: readonly CommandSpec[] = [
  {
    name: "audio",
    usage: "NAME [--save] SOURCE",
    summary: "offer sound to somebody, or to a room",
    details: SOURCE_DETAILS,
    completes: "person-paths",
    bare: true,
    background: true,
    run: (context, rest) => send(context, "audio", rest),
  },
  {
    name: "video",
    usage: "NAME [--save] SOURCE",
    summary: "offer picture and sound to somebody, or to a room",
    details: SOURCE_DETAILS,
    completes: "person-paths",
    background: true,
    run: (context, rest) => send(context, "video", rest),
  },
  {
    name: "call",
    usage: "NAME [SOURCE]",
    summary: "talk with somebody, or answer their call: each hears the other's microphone",
    details: [
      "They are asked; /accept answers with their microphone. With SOURCE they hear that instead of yours.",
      "/stop hangs up.",
    ],
    completes: "person-paths",
    background: true,
    run: async ({ client }, rest) => {
      const [account, after] = firstWord(rest);
      if (account === "") throw new UsageError();
      await client.streams.call(account, after === "" ? undefined : sourceOf(after));
    },
  },
  {
    name: "pause",
    usage: "[N]",
    summary: "hold a stream: the newest, or number N",
    details: ["A file waits; what a microphone hears meanwhile is lost."],
    run: ({ client }, rest) => void client.streams.pause(numberOf(rest)),
  },
  {
    name: "resume",
    usage: "[N]",
    summary: "let a stream go on: the newest, or number N",
    run: ({ client }, rest) => void client.streams.resume(numberOf(rest)),
  },
  {
    name: "volume",
    usage: "PERCENT [N]",
    summary: `set how loud a stream is played, from 0 to ${MAX_VOLUME}`,
    details: ["With a picture, up to 100."],
    run: ({ client, notice }, rest) => {
      const [text = "", number = ""] = words(rest, 1, 2);
      const percent = Number(text.replace(/%$/, ""));
      if (!/^\d{1,3}%?$/.test(text) || percent > MAX_VOLUME) throw new UsageError();
      notice(`${describe(client.streams.setVolume(percent, numberOf(number)))}: ${percent}%`);
    },
  },
  {
    name: "stop",
    usage: "[N]",
    summary: "end a stream, or hang up: the newest, or number N",
    run: async ({ client }, rest) => void await client.streams.stop(numberOf(rest)),
  },
  {
    name: "streams",
    usage: "",
    summary: "list sound and picture, with their figures",
    run: (context, rest) => {
      words(rest, 0, 0);
      const all = context.client.streams.list();
      if (all.length === 0) return context.notice("There is no stream");
      for (const { entry, stats } of all) {
        const how = entry.state === "waiting" ? "waits for an answer" : figuresText(stats);
        context.notice(`${describe(entry.offer)}: ${how}`);
      }
    },
  },
  {
    name: "devices",
    usage: "",
    summary: "list microphones and cameras",
    background: true,
    run: async (context, rest) => {
      words(rest, 0, 0);
      const devices = await findDevices();
      if (devices.length === 0) return context.notice("ffmpeg finds no microphone and no camera");
      for (const { kind, name, label, preferred } of devices) {
        context.notice(`${kind}:${name}  ${label}${preferred ? " (the system's choice)" : ""}`);
      }
    },
  },
];

async function send(
  { client }: CommandContext,
  kind: "audio" | "video",
  rest: string,
): Promise<void> {
  let [to, after] = firstWord(rest);
  let keep = to === "--save";
  if (keep) [to, after] = firstWord(after);
  else if (/^--save\s/.test(after)) [keep, after] = [true, after.slice("--save".length).trim()];
  if (to === "" || after === "") throw new UsageError();
  await client.streams.send(to, sourceOf(after), { kind, keep });
}

/** A path may be quoted, begin with `~`, or contain spaces; other sources are passed unchanged. */
function sourceOf(text: string): string {
  if (/^(ffmpeg:|mic(:|$)|camera(:|$)|[a-z][a-z0-9+.-]+:\/\/)/i.test(text)) return text;
  const word = restAsWord(text);
  return word === undefined ? text : typedPath(word);
}
