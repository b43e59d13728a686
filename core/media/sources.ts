/**
 * Sources of sound or picture as a user types them, and the ffmpeg arguments that open them.
 *
 * @module
 */
import { isFileUrl, pathOfFileUrl } from "../ground/file_url.ts";
import { fileFaultWords, fileKindOf, requireRegular, statPath } from "../ground/regular_file.ts";
import { type Device, listDevices } from "./devices.ts";
import { MediaError } from "./errors.ts";
import { checkTool } from "./ffmpeg.ts";
import { isBounded, isEndless, isLiveUrl, needsPace, rawInputs } from "./raw_input.ts";
import { splitFfmpegWords } from "./words.ts";

/** Where sound or picture comes from. */
export type Source =
  /** `isOpenEnded`: a named pipe or a device, which may never end. */
  | { readonly from: "file"; readonly path: string; readonly isOpenEnded?: true }
  | { readonly from: "url"; readonly url: string }
  /** `name` picks one by its name or label; otherwise the system's choice. */
  | { readonly from: "device"; readonly kind: Device["kind"]; readonly name?: string }
  | { readonly from: "ffmpeg"; readonly args: readonly string[] };

/** A network source that is silent for this long is gone; so ffmpeg ends even if this program is gone. */
const NETWORK_TIMEOUT_US = 15_000_000;

/**
 * Reads what a person typed: `mic`, `camera` (also `mic:NAME`, `camera:NAME`), `ffmpeg:` and input
 * arguments, a URL, or else a path.
 *
 * @throws {MediaError} `bad-source`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseSource } from "./sources.ts";
 * assert.deepEqual(parseSource("mic"), { from: "device", kind: "mic" });
 * assert.deepEqual(parseSource("my song.mp3"), { from: "file", path: "my song.mp3" });
 * assert.deepEqual(parseSource("ffmpeg:-f lavfi -i sine=440"), {
 *   from: "ffmpeg",
 *   args: ["-f", "lavfi", "-i", "sine=440"],
 * });
 * ```
 */
export function parseSource(text: string): Source {
  if (text.startsWith("ffmpeg:")) {
    const args = splitFfmpegWords(text.slice("ffmpeg:".length));
    if (args.includes("-i")) return { from: "ffmpeg", args };
    throw new MediaError("bad-source", `There is no -i in "${text}"`);
  }
  const device = /^(mic|camera)(?::(.+))?$/.exec(text);
  if (device) {
    const kind = device[1] === "mic" ? "mic" : "camera";
    return { from: "device", kind, ...(device[2] && { name: device[2] }) };
  }
  if (isFileUrl(text)) return { from: "file", path: filePath(text) };
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(text)) return { from: "url", url: text };
  if (text === "") throw new MediaError("bad-source", "There is no source");
  return { from: "file", path: text };
}

/**
 * Whether the source runs in real time: what is not read in time is lost. Files, and URLs of
 * files on another machine, wait instead.
 *
 * Raw ffmpeg input counts as live.
 */
export function isLive(source: Source): boolean {
  if (source.from === "url") return isLiveUrl(source.url);
  return source.from !== "file";
}

/**
 * Whether the source ends by itself, so that it is worth waiting for. Of raw ffmpeg input, generated sources
 * (`-f lavfi`) end if they have a duration, files end unless they are looped, and devices and live URLs do not.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { endsByItself, parseSource } from "./sources.ts";
 * assert.equal(endsByItself(parseSource("song.mp3")), true);
 * assert.equal(endsByItself(parseSource("ffmpeg:-f lavfi -i sine=440:duration=3")), true);
 * assert.equal(endsByItself(parseSource("ffmpeg:-f lavfi -i sine=440")), false);
 * ```
 */
export function endsByItself(source: Source): boolean {
  if (source.from === "file") return source.isOpenEnded !== true;
  if (source.from === "url") return !isLive(source);
  if (source.from === "device") return false;
  const inputs = rawInputs(source.args);
  return inputs.some(isBounded) || !inputs.every(isEndless);
}

/**
 * Checks, as far as possible without ffmpeg, whether the source can be opened, before it is offered to
 * others. Named pipes and devices are left to ffmpeg: opening one may block, or consume what
 * ffmpeg should read.
 *
 * Needs `--allow-read` for a file.
 *
 * @returns The source, with what the check found out.
 * @throws {MediaError} `refused-source`.
 */
export async function checkSource(source: Source): Promise<Source> {
  if (source.from !== "file") return source;
  try {
    const info = await statPath(source.path);
    const kind = fileKindOf(info);
    if (kind === "pipe" || kind === "device") return { ...source, isOpenEnded: true };
    requireRegular(info);
    (await Deno.open(source.path)).close();
    return source;
  } catch (cause) {
    const why = fileFaultWords(cause);
    throw new MediaError("refused-source", `Cannot open ${source.path}: ${why}`, { cause });
  }
}

/**
 * Checks, without opening it, whether a source could be sent: whether ffmpeg and the file or device
 * exist.
 *
 * Needs `--allow-run=ffmpeg`, and `--allow-read` for a file.
 *
 * @returns The source, with what the check found out.
 * @throws {MediaError} `missing`, `not-executable`, `not-allowed`, `no-device`, `refused-source`.
 */
export async function checkSending(source: Source, video: boolean): Promise<Source> {
  const checked = await checkSource(source);
  await checkTool("ffmpeg");
  if (source.from === "device") await inputArguments(source, { paced: false, video });
  return checked;
}

/** Options for {@linkcode inputArguments}. */
export interface InputOptions {
  /** Reads a file at playback speed, not as fast as possible. */
  readonly paced: boolean;
  /** Adds the camera to the microphone. */
  readonly video: boolean;
  /** Cancels the search for devices. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The arguments that make ffmpeg open the source. Raw input is paced (`-re`) unless it comes from a
 * device or the network, or has options of its own.
 *
 * Needs `--allow-run=ffmpeg` for a device, to ask which there are.
 *
 * @throws {MediaError} `no-device`.
 */
export async function inputArguments(source: Source, options: InputOptions): Promise<string[]> {
  const pace = options.paced ? ["-re"] : [];
  if (source.from === "ffmpeg") return [...(needsPace(source.args) ? ["-re"] : []), ...source.args];
  if (source.from === "file") {
    // A received playlist must not make ffmpeg open the network.
    return [...pace, "-protocol_whitelist", "file,crypto,data", "-i", `file:${source.path}`];
  }
  if (source.from === "url") {
    const timeout = /^(https?|tcp|tls):/i.test(source.url)
      ? ["-rw_timeout", String(NETWORK_TIMEOUT_US)]
      : /^rtsps?:/i.test(source.url)
      ? ["-timeout", String(NETWORK_TIMEOUT_US)]
      : [];
    return [...(isLive(source) ? LOW_DELAY : pace), ...timeout, "-i", source.url];
  }
  const devices = await listDevices(options.signal);
  const main = pick(devices, source.kind, source.name);
  if (!main) {
    const what = source.kind === "mic" ? "microphone" : "camera";
    const which = source.name === undefined ? what : `${what} "${source.name}"`;
    throw new MediaError("no-device", `Cannot find a ${which}`);
  }
  const mic = source.kind === "camera" && options.video && pick(devices, "mic", undefined);
  return [...deviceInput(main), ...(mic ? deviceInput(mic) : [])];
}

const LOW_DELAY = ["-fflags", "nobuffer"];
const DEVICE_INPUT = [...LOW_DELAY, "-thread_queue_size", "64"];

function pick(
  devices: readonly Device[],
  kind: Device["kind"],
  name: string | undefined,
): Device | undefined {
  return devices.find((device) =>
    device.kind === kind && (name === undefined || device.name === name || device.label === name)
  );
}

function deviceInput({ kind, format, name }: Device): string[] {
  const input = format === "dshow"
    ? ["-audio_buffer_size", "20", "-i", `${kind === "mic" ? "audio" : "video"}=${name}`]
    : format === "avfoundation"
    ? ["-i", kind === "mic" ? `:${name}` : `${name}:none`]
    : format === "pulse"
    // 20 ms of 48 kHz, mono, 16 bits: otherwise PulseAudio delivers whole seconds.
    ? ["-sample_rate", "48000", "-channels", "1", "-fragment_size", "1920", "-i", name]
    : ["-i", name];
  return [...DEVICE_INPUT, "-f", format, ...input];
}

function filePath(text: string): string {
  try {
    return pathOfFileUrl(text);
  } catch (cause) {
    throw new MediaError("bad-source", `Cannot read URL "${text}"`, { cause });
  }
}
