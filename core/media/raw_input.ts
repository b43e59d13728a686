/**
 * Properties of ffmpeg's input, derived from its arguments.
 *
 * @module
 */

const LIVE_SCHEMES = /^(rtsps?|rtp|rtmp[a-z]*|srt|udp|mms[a-z]*):/i;
const DEVICE_FORMATS = new Set(
  ("alsa pulse pipewire jack oss openal sndio v4l2 video4linux2 avfoundation dshow vfwcap gdigrab " +
    "x11grab kmsgrab fbdev iec61883 libdc1394 libcdio decklink android_camera").split(" "),
);

/** Whether a URL is of something that runs by itself. */
export function isLiveUrl(url: string): boolean {
  return LIVE_SCHEMES.test(url);
}

/** Whether a format is read from a device. */
export function isDeviceFormat(format: string): boolean {
  return DEVICE_FORMATS.has(format);
}

/** One input of ffmpeg's arguments: what `-i` names, and the options before it. */
export interface RawInput {
  /** A file, a URL, a device, or something the format defines. */
  readonly url: string;
  /** With what follows each; of those without a value, that is the next option. */
  readonly options: ReadonlyMap<string, string>;
}

/** The inputs among the arguments, in order. */
export function rawInputs(args: readonly string[]): RawInput[] {
  const inputs: RawInput[] = [];
  let options = new Map<string, string>();
  for (const [at, arg] of args.entries()) {
    const value = args[at + 1] ?? "";
    if (arg === "-i") {
      inputs.push({ url: value, options });
      options = new Map();
    } else if (arg.startsWith("-")) options.set(arg, value);
  }
  return inputs;
}

/** Whether it has a duration, so that it ends. */
export function isBounded({ url, options }: RawInput): boolean {
  if (options.has("-t") || options.has("-to")) return true;
  return options.get("-f") === "lavfi" && /(^|[=:])(d|duration)=|\ba?movie=/.test(url);
}

/** Whether it is endless unless it has a duration. */
export function isEndless({ url, options }: RawInput): boolean {
  const format = options.get("-f") ?? "";
  return format === "lavfi" || isDeviceFormat(format) || isLiveUrl(url) ||
    options.get("-stream_loop") === "-1";
}

/** Whether it has no speed of its own, and none is set. */
export function needsPace(args: readonly string[]): boolean {
  return !args.some((arg, at) =>
    arg === "-re" || arg === "-readrate" ||
    (arg === "-f" && isDeviceFormat(args[at + 1] ?? "")) ||
    (arg === "-i" && /^([a-z][a-z0-9+.-]*:\/\/|unix:|tcp:|udp:|rtp:)/i.test(args[at + 1] ?? ""))
  );
}
