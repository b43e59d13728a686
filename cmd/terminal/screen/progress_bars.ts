/** The transfers that are under way, a bar each, for the rows above the input. @module */
import stringWidth from "string-width";
import type { OfferEvent, ProgressEvent } from "../../../core/client/mod.ts";
import type { ShownEvent } from "../words/shown_event.ts";
import type { Palette } from "./colors.ts";
import { timeLeft } from "../words/offer_text.ts";
import { formatBytes } from "../words/quantity_text.ts";
import { fitWidth } from "./layout.ts";

/** Nothing has moved for so long: the speed of before says nothing any more. */
const STILL_MS = 3_000;
const LEAST_BAR_CELLS = 6;
const MOST_BAR_CELLS = 30;
/** An eighth of a cell more each. */
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

interface Bar {
  readonly offer: OfferEvent;
  progress: ProgressEvent | undefined;
  movedMs: number;
}

/** Follows the events of transfers and draws those that have begun. */
export class ProgressBars {
  readonly #palette: Palette;
  readonly #now: () => number;
  readonly #bars = new Map<string, Bar>();

  constructor(palette: Palette, now: () => number = () => performance.now()) {
    this.#palette = palette;
    this.#now = now;
  }

  /** Takes note of an event; whether what is drawn has changed by it. */
  take(event: ShownEvent): boolean {
    switch (event.event) {
      case "offer":
        if (event.kind === "file") {
          this.#bars.set(event.id, { offer: event, progress: undefined, movedMs: 0 });
        }
        return false;
      case "progress": {
        const bar = this.#bars.get(event.id);
        if (bar === undefined) return false;
        if (event.bytes !== bar.progress?.bytes) bar.movedMs = this.#now();
        bar.progress = event;
        return true;
      }
      case "sent":
      case "received":
        return this.#bars.delete(event.id);
      case "error":
        return event.id !== undefined && this.#bars.delete(event.id);
      default:
        return false;
    }
  }

  /** A row for each transfer that moves, none wider than `columns`. */
  draw(columns: number): string[] {
    const rows: string[] = [];
    for (const { offer, progress, movedMs } of this.#bars.values()) {
      if (progress === undefined) continue;
      rows.push(this.#row(offer, progress, { columns, isStill: this.#now() - movedMs > STILL_MS }));
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
    const left = isStill ? "stands still" : timeLeft(progress);
    const head = `[${number}] ${name} ${who} `;
    const percent = `${String(Math.floor(share * 100)).padStart(3)}%`;
    // In the order in which they may be missing where there is no room, the last one first.
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

/** Columns for the name of what is transferred: a fifth, from 8 to 24. */
function nameCells(columns: number): number {
  return Math.max(8, Math.min(24, Math.floor(columns / 5)));
}

/** `text` in at most so many cells, with a sign that it goes on. */
export function ellipsis(text: string, cells: number): string {
  return stringWidth(text) <= cells ? text : `${fitWidth(text, cells - 1)}…`;
}
