/**
 * The sinks of received frames: a player, a file, or both. If one of two fails, the other continues; if there is only a
 * player and it fails, a file can replace it.
 *
 * @module
 */
import { MediaError } from "../../media/errors.ts";
import type { MediaFrame, StreamConfig } from "../../media/frame.ts";
import { openPlayer, type Player } from "../../media/player.ts";
import { Recorder } from "../../media/recorder.ts";
import { EarlyFrames } from "./early_frames.ts";
import type { StreamEnd } from "./types.ts";

/** Options for {@linkcode Sinks}. */
export interface SinkOptions {
  /** Whether to play frames with ffplay. */
  readonly play?: boolean | undefined;
  /** Folder for a new file with the frames. */
  readonly folder?: string | undefined;
  /** Folder for a new file if the stream is only played and the player fails. */
  readonly lastFolder?: string | undefined;
  /** Volume in percent. */
  readonly volume?: number | undefined;
  /** Added to the environment of ffplay. */
  readonly playerEnv?: Readonly<Record<string, string>> | undefined;
  /** Called with each frame when it is due. */
  readonly onFrame?: ((frame: MediaFrame) => void) | undefined;
  /** Called when a sink has failed and another continues, which may be a file in `lastFolder`. */
  readonly onProblem?: ((error: MediaError, lastFolder?: string) => void) | undefined;
}

/** The sinks of one stream. */
export class Sinks implements AsyncDisposable {
  readonly #options: SinkOptions;
  readonly #gone = Promise.withResolvers<StreamEnd>();
  #place: { readonly config: StreamConfig; readonly title: string } | undefined;
  #player: Player | undefined;
  #watching: Promise<void> | undefined;
  /** The first frames of a stream that is played but not saved, while the player may still fail. */
  #beginning: EarlyFrames | undefined;
  #recorder: Recorder | undefined;
  #volume: number;
  #savedAs: string | undefined;
  #saving: Promise<void> | undefined;

  /** Opens nothing yet. */
  constructor(options: SinkOptions) {
    this.#options = options;
    this.#volume = options.volume ?? 100;
  }

  /** Resolves when neither a player nor a file is left; never rejects. */
  get gone(): Promise<StreamEnd> {
    return this.#gone.promise;
  }

  /** The saved file, once it has its final name. */
  get savedAs(): string | undefined {
    return this.#savedAs;
  }

  /**
   * Opens the sinks; `gone` resolves if none could be opened.
   *
   * Needs `--allow-run=ffmpeg,ffplay` to play, `--allow-read` and `--allow-write` to save.
   */
  async open(config: StreamConfig, title: string): Promise<void> {
    const { play = false, folder, lastFolder, playerEnv } = this.#options;
    this.#place = { config, title };
    const problems: MediaError[] = [];
    if (folder !== undefined) {
      try {
        this.#recorder = await Recorder.open(folder, title, config);
      } catch (error) {
        problems.push(mediaError(error));
      }
    }
    if (play) {
      try {
        this.#player = openPlayer(config, { title, volume: this.#volume, env: playerEnv });
        this.#watching = this.#watch(this.#player);
        if (lastFolder !== undefined && !this.#recorder) this.#beginning = new EarlyFrames();
      } catch (error) {
        problems.push(mediaError(error));
      }
    }
    for (const problem of problems) this.#lost(problem);
  }

  /** Passes a frame to all sinks, and waits while one is busy. */
  async write(frame: MediaFrame): Promise<void> {
    await Promise.all([this.play(frame), this.keep(frame)]);
  }

  /** Passes a frame to the player only. */
  async play(frame: MediaFrame): Promise<void> {
    this.#options.onFrame?.(frame);
    await this.#player?.write(frame);
  }

  /** Passes a frame to the file only. */
  async keep(frame: MediaFrame): Promise<void> {
    if (!this.#recorder) this.#beginning?.add(frame);
    try {
      await this.#recorder?.write(frame);
    } catch (error) {
      await this.#save();
      this.#lost(mediaError(error));
    }
  }

  /** Sets the volume in percent. */
  setVolume(percent: number): void {
    this.#volume = percent;
    this.#player?.setVolume(percent);
  }

  /** Plays the remaining frames and completes the file: no more frames will follow. */
  async finish(): Promise<void> {
    await this.#player?.finish();
    await this.#watching; // a player that has failed so far is replaced
    this.#player = undefined;
    await this.#save();
  }

  /** Ends the player at once and completes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    const player = this.#player;
    this.#player = undefined;
    await Promise.all([player?.[Symbol.asyncDispose](), this.#watching]);
    await this.#save();
  }

  async #watch(player: Player): Promise<void> {
    const end = await player.ended;
    if (this.#player !== player) return;
    this.#player = undefined;
    if (end.reason === "failed") await this.#replace(end.error);
    else if (end.reason === "closed" && !this.#recorder) {
      this.#gone.resolve({ reason: "stopped", by: "us" });
    }
  }

  /** Replaces a failed player by a file, which receives the unplayed frames and all that follow. */
  async #replace(error: MediaError): Promise<void> {
    const [beginning, place] = [this.#beginning, this.#place];
    const { lastFolder } = this.#options;
    if (!beginning || !place || lastFolder === undefined) return this.#lost(error);
    beginning.keep();
    try {
      const recorder = await Recorder.open(lastFolder, place.title, place.config);
      await using undo = new AsyncDisposableStack();
      undo.use(recorder);
      for (let frame; (frame = beginning.next());) await recorder.write(frame);
      undo.move();
      this.#recorder = recorder;
      this.#options.onProblem?.(error, lastFolder);
    } catch (cause) {
      const text = `${error.message}; ${mediaError(cause).message}`;
      this.#lost(new MediaError(error.fault, text, { cause }));
    } finally {
      this.#beginning = undefined;
    }
  }

  /** Completes the file, if there is one; a second call waits for the first. */
  async #save(): Promise<void> {
    const recorder = this.#recorder;
    this.#recorder = undefined;
    if (recorder) this.#saving = this.#complete(recorder);
    await this.#saving;
  }

  async #complete(recorder: Recorder): Promise<void> {
    try {
      this.#savedAs = await recorder.finish();
    } catch (error) {
      this.#lost(mediaError(error));
    }
  }

  #lost(error: MediaError): void {
    if (this.#player || this.#recorder) this.#options.onProblem?.(error);
    else this.#gone.resolve({ reason: "failed", by: "us", error });
  }
}

function mediaError(error: unknown): MediaError {
  if (error instanceof MediaError) return error;
  throw error;
}
