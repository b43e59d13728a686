/**
 * Plays a stream through ffplay.
 *
 * Sound alone is decoded by ffmpeg first and made louder or softer on its way, since ffplay cannot be
 * told to while it runs. With a picture ffplay decodes both, to keep them together; a new volume takes
 * a new ffplay, at the next picture that needs no other. (Keys 9 and 0 in its window work too.)
 *
 * @module
 */
import { containerFor } from "./container.ts";
import { MediaError } from "./errors.ts";
import { MediaProcess, type ProcessEnd } from "./ffmpeg.ts";
import type { ContainerWriter, MediaFrame, StreamConfig } from "./frame.ts";
import { Gain, MAX_VOLUME } from "./gain.ts";
import type { Tool } from "./start_error.ts";
import { wavHeader } from "./wav.ts";

/** How playing ended: at its end, by us, by the user closing the window, or badly. */
export type PlayerEnd =
  | { readonly reason: "finished" | "stopped" | "closed" }
  | { readonly reason: "failed"; readonly error: MediaError };

/** Something that plays frames. */
export interface Player extends AsyncDisposable {
  /** Resolves when playing is over and no process is left; never rejects. */
  readonly ended: Promise<PlayerEnd>;
  /** Plays a frame, and waits while the player is busy. After the end it does nothing. */
  write(frame: MediaFrame): Promise<void>;
  /** Loudness in per cent, 0 to 200. */
  setVolume(percent: number): void;
  /** There is nothing more to come: plays what it has, then ends. */
  finish(): Promise<PlayerEnd>;
}

/** How to play. */
export interface PlayerOptions {
  /** Shown in the window, where there is one. */
  readonly title: string;
  /** Per cent. */
  readonly volume?: number | undefined;
  /** Added to the environment of ffplay. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** Whatever comes in is decoded at once. */
const LOW_DELAY = [
  ...["-fflags", "nobuffer", "-flags", "low_delay"],
  ...["-probesize", "32", "-analyzeduration", "0"],
];
/** What ffplay says when it cannot play sound, and ends with exit code 0. */
const NOT_PLAYED = /audio open failed|Failed to open file/;
/** The same with video: continues without a sound device. */
const NO_PICTURE = /Failed to open file|Failed to create window|could not set video mode/;
const PLAY = ["-hide_banner", "-nostats", "-loglevel", "warning", "-autoexit", ...LOW_DELAY];

/**
 * Starts a player.
 *
 * Needs `--allow-run=ffmpeg,ffplay`.
 *
 * @throws {MediaError} `missing`, `not-executable` or `not-allowed`.
 */
export function openPlayer(config: StreamConfig, options: PlayerOptions): Player {
  return config.video ? new VideoPlayer(config, options) : new AudioPlayer(config, options);
}

class AudioPlayer implements Player {
  readonly ended: Promise<PlayerEnd>;
  readonly #container: ContainerWriter;
  readonly #decoder: MediaProcess;
  readonly #player: MediaProcess;
  readonly #gain = new Gain();
  #finishing = false;

  constructor(config: StreamConfig, { volume = 100, env }: PlayerOptions) {
    this.#container = containerFor(config);
    this.setVolume(volume);
    this.#decoder = MediaProcess.start("ffmpeg", [
      ...["-hide_banner", "-nostats", "-nostdin", "-loglevel", "error", ...LOW_DELAY],
      ...["-f", "ogg", "-i", "pipe:0", "-ac", "2", "-ar", "48000", "-flush_packets", "1"],
      ...["-f", "s16le", "pipe:1"],
    ], { input: true, output: true });
    try {
      const args = [...PLAY, "-nodisp", "-f", "wav", "-i", "pipe:0"];
      this.#player = MediaProcess.start("ffplay", args, { input: true, env });
    } catch (error) {
      void this.#decoder[Symbol.asyncDispose]();
      throw error;
    }
    void this.#decoder.write(this.#container.head());
    this.ended = this.#run();
  }

  async write(frame: MediaFrame): Promise<void> {
    await this.#decoder.write(this.#container.frame(frame));
  }

  setVolume(percent: number): void {
    this.#gain.percent = clampVolume(percent);
  }

  async finish(): Promise<PlayerEnd> {
    this.#finishing = true;
    await this.#decoder.write(this.#container.end().tail);
    await this.#decoder.closeInput();
    return await this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#decoder.stop(), this.#player.stop()]);
    await this.ended;
  }

  /** From decoder to player, until one of them ends; then the other ends too. */
  async #run(): Promise<PlayerEnd> {
    await using player = this.#player;
    await using decoder = this.#decoder;
    void player.ended.then(() => decoder.stop()); // it may be waiting for input that does not come
    let playing = await player.write(wavHeader(2, 48_000));
    for (let pcm; playing && (pcm = await decoder.read());) {
      playing = await player.write(this.#gain.apply(pcm));
    }
    if (playing) {
      const decoded = await decoder.ended;
      if (!decoded.ok && !decoded.stopped) return failed("ffmpeg", decoded);
      await player.closeInput();
    }
    const end = await player.ended;
    // Without a window, only ffplay itself can have ended it.
    const isFailure = NOT_PLAYED.test(player.stderr) || !this.#finishing;
    return playerEnd(end, { isFailure, finishing: this.#finishing });
  }
}

class VideoPlayer implements Player {
  readonly ended: Promise<PlayerEnd>;
  readonly #config: StreamConfig;
  readonly #options: PlayerOptions;
  readonly #over = Promise.withResolvers<PlayerEnd>();
  #container: ContainerWriter;
  #player: MediaProcess;
  #retired: Promise<ProcessEnd> | undefined;
  #volume: number;
  #playingVolume: number;
  #finishing = false;

  constructor(config: StreamConfig, options: PlayerOptions) {
    this.#config = config;
    this.#options = options;
    this.#volume = this.#playingVolume = clampVolume(options.volume ?? 100);
    this.ended = this.#over.promise;
    this.#container = containerFor(config);
    this.#player = this.#start(this.#container);
  }

  async write(frame: MediaFrame): Promise<void> {
    if (frame.track === "video" && frame.key && this.#volume !== this.#playingVolume) {
      await this.#restart();
    }
    await this.#player.write(this.#container.frame(frame));
  }

  setVolume(percent: number): void {
    this.#volume = clampVolume(percent);
  }

  async finish(): Promise<PlayerEnd> {
    this.#finishing = true;
    await this.#player.write(this.#container.end().tail);
    await this.#player.closeInput();
    return await this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#player[Symbol.asyncDispose]();
    await this.ended;
  }

  #start(container: ContainerWriter): MediaProcess {
    this.#playingVolume = this.#volume;
    const player = MediaProcess.start("ffplay", [
      ...[...PLAY, "-framedrop", "-window_title", this.#options.title],
      ...["-volume", String(Math.min(100, this.#volume)), "-f", "matroska", "-i", "pipe:0"],
    ], { input: true, env: this.#options.env });
    void player.write(container.head());
    void player.ended.then(async (end) => {
      if (player !== this.#player) return;
      await Promise.all([this.#retired, player[Symbol.asyncDispose]()]);
      const isFailure = NO_PICTURE.test(player.stderr);
      this.#over.resolve(playerEnd(end, { isFailure, finishing: this.#finishing }));
    });
    return player;
  }

  async #restart(): Promise<void> {
    const old = this.#player;
    const container = containerFor(this.#config);
    try {
      this.#player = this.#start(container);
    } catch {
      return; // the old one plays on, at the old volume
    }
    this.#container = container;
    this.#retired = old.stop();
    await this.#retired;
  }
}

function clampVolume(percent: number): number {
  return Number.isFinite(percent) ? Math.round(Math.max(0, Math.min(MAX_VOLUME, percent))) : 100;
}

/** `isFailure`: ffplay's exit code 0 need not mean that it has played. */
function playerEnd(
  end: ProcessEnd,
  { isFailure, finishing }: { readonly isFailure: boolean; readonly finishing: boolean },
): PlayerEnd {
  if (end.stopped) return { reason: "stopped" };
  if (!end.ok || isFailure) return failed("ffplay", end);
  return { reason: finishing ? "finished" : "closed" };
}

function failed(tool: Tool, { ok, code, lastWords }: ProcessEnd): PlayerEnd {
  const why = lastWords || (ok ? "it has ended by itself" : `exit code ${code}`);
  const what = ok ? "cannot play" : "ended while it played";
  return { reason: "failed", error: new MediaError("died", `${tool} ${what}: ${why}`) };
}
