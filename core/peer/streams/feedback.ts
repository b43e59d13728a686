/**
 * What a receiver sends to its sender: how much may come, what is wanted, how it goes.
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
  /** What the frames are for: it decides how many may be in flight. */
  readonly use: "live" | "play" | "save";
  /** What is measured. */
  readonly figures: Pick<ReceptionFigures, "stats" | "nowUs">;
  /** Gets the figures every second, when they are sent. */
  readonly onStats?: ((stats: StreamStats) => void) | undefined;
}

/** The lines from a receiver. */
export class Feedback {
  readonly #writer: LinkWriter;
  readonly #options: FeedbackOptions;
  readonly #credit: FrameCredit;
  readonly #ticking: ReturnType<typeof setInterval>;

  /** Says yes to the offer at once, and asks for the time; then reports every second. */
  constructor({ conn }: StreamLink, options: FeedbackOptions) {
    this.#writer = new LinkWriter(conn);
    this.#options = options;
    this.#credit = new FrameCredit(options.use);
    const answer: StreamAnswer = { accept: true, frames: this.#credit.frames };
    void this.#writer.write(formatJsonLine(answer));
    this.#ping();
    this.#ticking = setInterval(() => this.#report(), PING_MS);
  }

  /** Says one thing. Resolves to false when the link is broken; never rejects. */
  tell(control: StreamControl): Promise<boolean> {
    return this.#writer.write(formatJsonLine(control));
  }

  /** Reports no more. */
  endReports(): void {
    clearInterval(this.#ticking);
  }

  /** A frame came. */
  received(): void {
    this.#credit.received();
  }

  /**
   * Lets the sender send more, if enough is used up to be worth a line.
   *
   * @param waiting Frames that came but still count as in flight.
   */
  allow(waiting: number): void {
    const frames = this.#credit.raise(waiting);
    if (frames !== undefined) void this.tell({ type: "allow", frames });
  }

  /** Asks for the time, and says how it goes; nothing while what was said before is not read yet. */
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
