/**
 * Microphones and cameras, found by asking ffmpeg.
 *
 * Linux: PulseAudio (PipeWire answers there too), ALSA, Video4Linux2. macOS: AVFoundation. Windows:
 * DirectShow.
 *
 * @module
 */
import { cleanText } from "../ground/text.ts";
import { MediaProcess } from "./ffmpeg.ts";

/** A microphone or camera. */
export interface Device {
  /** Microphone or camera. */
  readonly kind: "mic" | "camera";
  /** The part of ffmpeg that reads it: `pulse`, `alsa`, `v4l2`, `avfoundation`, `dshow`. */
  readonly format: string;
  /** ffmpeg's name for it. */
  readonly name: string;
  /** Its name for people. */
  readonly label: string;
  /** Whether it is the system's default. */
  readonly preferred: boolean;
}

/** Time limit for a query: a sound server that hangs must not block this program. */
const ASK_MS = 5_000;
const MAX_ANSWER_BYTES = 256 * 1024;

/** What to ask, by operating system. */
const QUESTIONS: Partial<Record<typeof Deno.build.os, readonly Question[]>> = {
  linux: [
    { kind: "mic", format: "pulse", args: ["-sources", "pulse"] },
    { kind: "mic", format: "alsa", args: ["-sources", "alsa"] },
    { kind: "camera", format: "v4l2", args: ["-sources", "v4l2"] },
  ],
  darwin: [
    { format: "avfoundation", args: ["-f", "avfoundation", "-list_devices", "true", "-i", ""] },
  ],
  windows: [{ format: "dshow", args: ["-f", "dshow", "-list_devices", "true", "-i", "dummy"] }],
};

interface Question {
  readonly kind?: Device["kind"];
  readonly format: string;
  readonly args: readonly string[];
}

/**
 * Lists microphones and cameras, the preferred one of each kind first.
 *
 * Needs `--allow-run=ffmpeg`.
 *
 * @throws {MediaError} `missing`, `not-executable` or `not-allowed`.
 */
export async function listDevices(signal?: AbortSignal): Promise<Device[]> {
  const questions = QUESTIONS[Deno.build.os] ?? [];
  const answers = await Promise.all(questions.map(async ({ kind, format, args }) => {
    const text = await ask(args, signal);
    if (kind) return parseSources(text, kind, format);
    return format === "dshow" ? parseDirectShow(text) : parseAvFoundation(text);
  }));
  return answers.flat().sort((a, b) => Number(b.preferred) - Number(a.preferred));
}

/**
 * Parses the answer to `ffmpeg -sources FORMAT`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseSources } from "./devices.ts";
 * const answer = "Auto-detected sources for pulse:\n* hw_0 [Built-in Audio] (audio)\n";
 * assert.equal(parseSources(answer, "mic", "pulse")[0]?.label, "Built-in Audio");
 * ```
 */
export function parseSources(text: string, kind: Device["kind"], format: string): Device[] {
  const devices: Device[] = [];
  for (const line of text.split(/\r?\n/)) {
    const found = /^([* ]) (\S+) \[(.*)\](?: \(.*\))?$/.exec(line);
    // Outputs are not microphones, and ALSA's "null" records silence only.
    if (!found || found[2]!.endsWith(".monitor") || found[2] === "null") continue;
    devices.push(device(kind, format, found[2]!, found[3]!, found[1] === "*"));
  }
  return devices;
}

/** Parses AVFoundation's answer: `[0] FaceTime HD Camera` under a headline for each kind. */
export function parseAvFoundation(text: string): Device[] {
  const devices: Device[] = [];
  let kind: Device["kind"] | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (line.includes("AVFoundation video devices")) kind = "camera";
    else if (line.includes("AVFoundation audio devices")) kind = "mic";
    const found = /\] \[(\d+)\] (.+)$/.exec(line);
    if (!found || !kind || /capture screen/i.test(found[2]!)) continue;
    devices.push(device(kind, "avfoundation", found[1]!, found[2]!, false));
  }
  return devices;
}

/** Parses DirectShow's answer: `"Integrated Camera" (video)`, in older versions under headlines. */
export function parseDirectShow(text: string): Device[] {
  const devices: Device[] = [];
  let headline: Device["kind"] | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (line.includes("DirectShow video devices")) headline = "camera";
    else if (line.includes("DirectShow audio devices")) headline = "mic";
    const found = /\]\s+"([^"]+)"(?: \((audio|video).*\))?\s*$/.exec(line);
    if (!found || line.includes("Alternative name")) continue;
    const kind = found[2] ? (found[2] === "audio" ? "mic" : "camera") : headline;
    if (kind) devices.push(device(kind, "dshow", found[1]!, found[1]!, false));
  }
  return devices;
}

function device(
  kind: Device["kind"],
  format: string,
  name: string,
  label: string,
  preferred: boolean,
): Device {
  return { kind, format, name, label: cleanText(label), preferred };
}

/** Standard output and error together: systems print their lists on either. */
async function ask(args: readonly string[], signal: AbortSignal | undefined): Promise<string> {
  const deadline = AbortSignal.timeout(ASK_MS);
  await using process = MediaProcess.start("ffmpeg", ["-hide_banner", ...args], {
    output: true,
    signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
  });
  const decoder = new TextDecoder();
  let text = "";
  for (let bytes; (bytes = await process.read()) && text.length < MAX_ANSWER_BYTES;) {
    text += decoder.decode(bytes, { stream: true });
  }
  await process.ended;
  return text + "\n" + process.stderr;
}
