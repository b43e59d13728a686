/**
 * An incoming stream: waits for our answer, then is played, saved, or both.
 *
 * @module
 */
import { MediaError } from "../../../media/errors.ts";
import { checkTool } from "../../../media/ffmpeg.ts";
import type {
  IncomingStream,
  StreamAcceptOptions,
  StreamReceiver,
  StreamStats,
} from "../../../peer/streams/mod.ts";
import type { AcceptOptions, OfferControl, OpenOffer } from "../offers.ts";
import type { ActiveStream, MediaLink } from "./active.ts";
import { inspectKeptFile } from "./kept_file.ts";
import { type StreamOutcome, troubleEvent } from "./report.ts";
import { StreamReport, type StreamReportOptions } from "./stream_report.ts";

/** How accepted streams are received unless the answer says otherwise. */
export interface ReceiveSettings {
  /** Whether they are played. */
  readonly play: boolean;
  /** The folder in which they are saved. */
  readonly folder: string | undefined;
  /** The folder for streams that are neither played (or cannot be) nor saved otherwise. */
  readonly lastFolder: string;
}

/** Provides the settings for accepted streams. */
export interface ReceiveSettingsSource {
  /** The current settings; the answer to an offer may override them. */
  receiveSettings(): ReceiveSettings;
}

/** Options for {@linkcode IncomingMedia}. */
export interface IncomingMediaOptions extends Omit<StreamReportOptions, "figures"> {
  readonly incoming: IncomingStream;
  readonly link: MediaLink;
  readonly settings: ReceiveSettingsSource;
  /** Called when we accept the stream. */
  onAccepted?(): void;
}

type Sinking = Pick<StreamAcceptOptions, "play" | "folder" | "lastFolder">;

type Answer =
  | { readonly say: "yes"; readonly how: AcceptOptions }
  | { readonly say: "no"; readonly text: string | undefined };

/** An incoming stream. It does nothing before {@linkcode IncomingMedia.begin}. */
export class IncomingMedia implements ActiveStream, OfferControl {
  readonly endsByItself: boolean;
  readonly ended: Promise<StreamOutcome>;
  readonly #options: IncomingMediaOptions;
  readonly #answer = Promise.withResolvers<Answer>();
  readonly #begun = Promise.withResolvers<OpenOffer>();
  readonly #stop = new AbortController();
  #entry: OpenOffer | undefined;
  #receiving: StreamReceiver | undefined;
  #volume = 100;

  /** Is not in the list of offers yet. */
  constructor(options: IncomingMediaOptions) {
    this.#options = options;
    this.endsByItself = options.incoming.offer.ends;
    this.ended = this.#run();
  }

  get entry(): OpenOffer {
    if (this.#entry) return this.#entry;
    throw new TypeError("Cannot name an offer before it is on the list");
  }

  get stats(): StreamStats {
    return this.#receiving?.stats ?? NO_FIGURES;
  }

  /** Starts to wait for our answer: it is in the list of offers. */
  begin(entry: OpenOffer): void {
    this.#entry = entry;
    this.#begun.resolve(entry);
  }

  accept(how: AcceptOptions): void {
    this.#answer.resolve({ say: "yes", how });
  }

  reject(text: string | undefined): void {
    this.#answer.resolve({ say: "no", text });
  }

  cancel(text?: string): void {
    this.reject(text);
    this.#stop.abort();
  }

  pause(): void {
    this.#receiving?.pause();
  }

  resume(): void {
    this.#receiving?.resume();
  }

  setVolume(percent: number): void {
    this.#volume = percent;
    this.#receiving?.setVolume(percent);
  }

  async stop(): Promise<void> {
    this.cancel();
    await this.ended;
  }

  async #run(): Promise<StreamOutcome> {
    const { link } = this.#options;
    await using _link = link;
    const report = new StreamReport(await this.#begun.promise, {
      ...this.#options,
      figures: () => this.stats,
    });
    const outcome = await this.#take(report);
    await report.end(outcome, await inspectKeptFile(this.#receiving?.savedAs));
    return outcome;
  }

  async #take(report: StreamReport): Promise<StreamOutcome> {
    const { incoming, events, onAccepted } = this.#options;
    const gone = incoming.withdrawn.then(() => undefined);
    const answer = await Promise.race([this.#answer.promise, gone]);
    if (answer === undefined) {
      await incoming.reject();
      return { reason: "withdrawn" };
    }
    if (answer.say === "no") {
      await incoming.reject(answer.text);
      return { reason: "rejected", by: "us", text: answer.text ?? "" };
    }
    const { offer } = this.entry;
    const sinks = await this.#sinks(answer.how);
    this.#receiving = incoming.accept({
      ...sinks,
      volume: this.#volume,
      signal: this.#stop.signal,
      onProblem: (error, kept) => events.emit(troubleEvent(error, offer, kept)),
      onState: (state) => {
        if (state.at === "streaming") report.runs();
        if (state.at === "paused") report.held(state.by === "us" ? offer.to : offer.from);
      },
    });
    onAccepted?.();
    return await this.#receiving.ended;
  }

  /** The requested sinks, as far as this machine supports them. */
  async #sinks(how: AcceptOptions): Promise<Sinking> {
    const { settings, events } = this.#options;
    const { play, folder, lastFolder } = settings.receiveSettings();
    const wanted = how.save ?? how.into ?? folder;
    if (!(how.play ?? play)) return { play: false, folder: wanted ?? lastFolder };
    try {
      for (const tool of ["ffmpeg", "ffplay"] as const) await checkTool(tool);
      return { play: true, folder: wanted, lastFolder };
    } catch (error) {
      if (!(error instanceof MediaError)) throw error;
      const kept = wanted ?? lastFolder;
      const { id, number } = this.entry.offer;
      events.emit({ event: "stream-kept", id, number, message: error.message, folder: kept });
      return { play: false, folder: kept };
    }
  }
}

const NO_FIGURES: StreamStats = {
  codec: "",
  bitsPerSecond: 0,
  bytes: 0,
  latencyMs: undefined,
  jitterMs: 0,
  bufferMs: 0,
  lost: 0,
  late: 0,
  dropped: 0,
};
