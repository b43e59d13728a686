/**
 * What a receiver tells its sender: how much may come, what is wanted, how it goes.
 *
 * @module
 */
import { formatJsonLine } from "../json_lines.ts";
import { FrameCredit } from "./frame_credit.ts";
import { LinkWriter, type StreamLink } from "./link.ts";
import type { StreamAnswer, StreamControl } from "./protocol.ts";
import type { StreamStats } from "./types.ts";

/** What {@linkcode Feedback} depends on. */
export interface FeedbackOptions {
  /** What the frames are for: it decides how many may be under way. */
  readonly use: "live" | "play" | "save";
  /** The time, in microseconds of the receiver's clock. */
  nowUs(): number;
}

/** The lines from a receiver. */
export class Feedback {
  readonly #writer: LinkWriter;
  readonly #options: FeedbackOptions;
  readonly #allowance: FrameCredit;

  /** Says yes to the offer at once. */
  constructor({ conn }: StreamLink, options: FeedbackOptions) {
    this.#writer = new LinkWriter(conn);
    this.#options = options;
    this.#allowance = new FrameCredit(options.use);
    const answer: StreamAnswer = { accept: true, frames: this.#allowance.frames };
    void this.#writer.write(formatJsonLine(answer));
  }

  /** Says one thing. Resolves to false when the link is broken; never rejects. */
  tell(control: StreamControl): Promise<boolean> {
    return this.#writer.write(formatJsonLine(control));
  }

  /** Asks for the time. */
  ping(): void {
    void this.tell({ type: "ping", sentUs: this.#options.nowUs() });
  }

  /**
   * Asks for the time, and says how it goes.
   *
   * @returns False when what was said before is not read yet: whoever does not read gets no more of it, and is
   * soon silent.
   */
  report({ latencyMs, jitterMs, bufferMs, lost, late }: StreamStats): boolean {
    if (this.#writer.waiting > 0) return false;
    this.ping();
    const figures = { latencyMs: latencyMs ?? null, jitterMs, bufferMs, lost, late };
    void this.tell({ type: "report", ...figures });
    return true;
  }

  /** A frame came. */
  received(): void {
    this.#allowance.received();
  }

  /**
   * Lets the sender send more, if enough is used up to be worth a line.
   *
   * @param waiting Frames that came but still count as under way.
   */
  allow(waiting: number): void {
    const frames = this.#allowance.raise(waiting);
    if (frames !== undefined) void this.tell({ type: "allow", frames });
  }
}
