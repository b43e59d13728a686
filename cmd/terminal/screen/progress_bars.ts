/** Progress bars of running transfers, for the rows above the input. @module */
import stringWidth from "string-width";
import type { OfferEvent, ProgressEvent, WorkByNumber } from "../../../core/client/mod.ts";
import { timeLeft } from "../words/offer_text.ts";
import { formatBytes } from "../words/quantity_text.ts";
import type { ShownEvent } from "../words/shown_event.ts";
import type { Palette } from "./colors.ts";
import { fitWidth } from "./layout.ts";

/** A transfer without progress for so long has stalled: its last speed is not shown. */
const STILL_MS = 3_000;
const LEAST_BAR_CELLS = 6;
const MOST_BAR_CELLS = 30;
/** Each is an eighth of a cell wider. */
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

/** Draws the transfers that have started, and notes which of them move. */
export class ProgressBars {
  readonly #palette: Palette;
  readonly #now: () => number;
  readonly #moved = new Map<number, { readonly bytes: number; readonly atMs: number }>();

  constructor(palette: Palette, now: () => number = () => performance.now()) {
    this.#palette = palette;
    this.#now = now;
  }

  /** Notes what moves; whether the drawing changes with this event. */
  take(event: ShownEvent): boolean {
    switch (event.event) {
      case "progress": {
        const { number, bytes } = event;
        if (bytes !== this.#moved.get(number)?.bytes) {
          this.#moved.set(number, { bytes, atMs: this.#now() });
        }
        return true;
      }
      case "sent":
      case "received":
        return true;
      case "error":
        return event.id !== undefined;
      default:
        return false;
    }
  }

  /** A row for each running transfer, at most `columns` wide. */
  draw(work: WorkByNumber, columns: number): string[] {
    for (const number of this.#moved.keys()) {
      if (!work.has(number)) this.#moved.delete(number);
    }
    const rows: string[] = [];
    for (const [number, { offer, progress }] of work) {
      if (progress === undefined) continue;
      const isStill = this.#now() - (this.#moved.get(number)?.atMs ?? 0) > STILL_MS;
      rows.push(this.#row(offer, progress, { columns, isStill }));
    }
    return rows;
  }

  #row(
    offer: OfferEvent,
    progress: ProgressEvent,
    { columns, isStill }: { readonly columns: number; readonly isStill: boolean },
  ): string {
    const { dim, nick } = this.#palette;
    const { number, bytes, total, bytesPerSecond, fileIndex, files, file } = progress;
    const share = total === 0 ? 1 : Math.min(1, bytes / total);
    const who = offer.own ? `to ${nick(offer.to)}` : `from ${nick(offer.from)}`;
    const name = ellipsis(files > 1 ? offer.names[0] ?? file : file, nameCells(columns));
    const left = isStill ? "stalled" : timeLeft(progress);
    const head = `[${number}] ${name} ${who} `;
    const percent = `${String(Math.floor(share * 100)).padStart(3)}%`;
    // Where there is no room, the last ones are dropped first.
    const figures = [
      percent,
      ...(left === "" ? [] : [isStill ? left : `${left} left`]),
      ...(isStill ? [] : [`${formatBytes(bytesPerSecond)}/s`]),
      ...(files > 1 ? [`file ${fileIndex}/${files}`] : []),
      `${formatBytes(bytes)} of ${formatBytes(total)}`,
    ];
    const room = columns - stringWidth(head) - LEAST_BAR_CELLS;
    while (figures.length > 1 && stringWidth(figures.join("  ")) + 1 > room) figures.pop();
    const tail = ` ${figures.join("  ")}`;
    const cells = Math.min(MOST_BAR_CELLS, columns - stringWidth(head) - stringWidth(tail));
    if (cells < 1) return fitWidth(`[${number}]${percent} ${name} ${who}`, columns);
    return `${head}${this.#bar(share, cells)}${dim(tail)}`;
  }

  #bar(share: number, cells: number): string {
    const eighths = Math.floor(share * cells * 8);
    const full = Math.floor(eighths / 8);
    const part = EIGHTHS[eighths % 8] ?? "";
    const rest = cells - full - (part === "" ? 0 : 1);
    return this.#palette.green("█".repeat(full) + part) + this.#palette.dim("·".repeat(rest));
  }
}

/** Columns for the name: a fifth, from 8 to 24. */
function nameCells(columns: number): number {
  return Math.max(8, Math.min(24, Math.floor(columns / 5)));
}

/** `text` truncated to so many cells, with an ellipsis. */
export function ellipsis(text: string, cells: number): string {
  return stringWidth(text) <= cells ? text : `${fitWidth(text, cells - 1)}…`;
}
