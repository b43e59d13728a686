/**
 * What a receiver sends to its sender: allowances, requests and reports.
 *
 * @module
 */
import { formatJsonLine } from "../links/json_lines.ts";
import { FrameCredit } from "./frame_credit.ts";
import { LinkWriter, type StreamLink } from "./link.ts";
import { PING_MS, type StreamAnswer, type StreamControl } from "./protocol.ts";
import type { ReceptionFigures } from "./reception_figures.ts";
import type { StreamStats } from "./types.ts";

/** Options for {@linkcode Feedback}. */
export interface FeedbackOptions {
  /** The use of the frames, which determines how many may be in flight. */
  readonly use: "live" | "play" | "save";
  /** The measurements. */
  readonly figures: Pick<ReceptionFigures, "stats" | "nowUs">;
  /** Receives the statistics every second, when they are sent. */
  readonly onStats?: ((stats: StreamStats) => void) | undefined;
}

/** Sends the lines of a receiver. */
export class Feedback {
  readonly #writer: LinkWriter;
  readonly #options: FeedbackOptions;
  readonly #credit: FrameCredit;
  readonly #ticking: ReturnType<typeof setInterval>;

  /** Accepts the offer and sends a ping at once; then reports every second. */
  constructor({ conn }: StreamLink, options: FeedbackOptions) {
    this.#writer = new LinkWriter(conn);
    this.#options = options;
    this.#credit = new FrameCredit(options.use);
    const answer: StreamAnswer = { accept: true, frames: this.#credit.frames };
    void this.#writer.write(formatJsonLine(answer));
    this.#ping();
    this.#ticking = setInterval(() => this.#report(), PING_MS);
  }

  /** Sends one line. Resolves to false when the link is broken; never rejects. */
  tell(control: StreamControl): Promise<boolean> {
    return this.#writer.write(formatJsonLine(control));
  }

  /** Ends the reports. */
  endReports(): void {
    clearInterval(this.#ticking);
  }

  /** A frame was received. */
  received(): void {
    this.#credit.received();
  }

  /**
   * Allows the sender to send more, if enough is used up to be worth a line.
   *
   * @param waiting Frames that were received but still count as in flight.
   */
  allow(waiting: number): void {
    const frames = this.#credit.raise(waiting);
    if (frames !== undefined) void this.tell({ type: "allow", frames });
  }

  /** Sends a ping and a report, unless earlier lines are still being written. */
  #report(): void {
    if (this.#writer.waiting > 0) return;
    this.#ping();
    const { figures, onStats } = this.#options;
    const { latencyMs, jitterMs, bufferMs, lost, late } = figures.stats;
    const report = { latencyMs: latencyMs ?? null, jitterMs, bufferMs, lost, late };
    void this.tell({ type: "report", ...report });
    onStats?.(figures.stats);
  }

  #ping(): void {
    void this.tell({ type: "ping", sentUs: this.#options.figures.nowUs() });
  }
}
