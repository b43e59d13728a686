/** Rows of running streams, above the input. @module */
import stringWidth from "string-width";
import type { OfferEvent } from "../../../core/client/mod.ts";
import type { ShownEvent, StreamShown } from "../words/shown_event.ts";
import type { Palette } from "./colors.ts";
import { ellipsis } from "./progress_bars.ts";
import { formatRemaining } from "../words/quantity_text.ts";
import { fitWidth } from "./layout.ts";
import { figures } from "../words/stream_text.ts";

/** Most columns for the name. */
const NAME_CELLS = 24;

interface Row {
  readonly offer: OfferEvent;
  last: StreamShown | undefined;
  isHeld: boolean;
}

/** Draws the streams that have started, from their events. */
export class StreamRows {
  readonly #palette: Palette;
  readonly #rows = new Map<number, Row>();

  /** Starts without streams. */
  constructor(palette: Palette) {
    this.#palette = palette;
  }

  /** Applies an event; true when the drawing changes. */
  take(event: ShownEvent): boolean {
    if (event.event === "offer" && event.kind !== "file") {
      this.#rows.set(event.number, { offer: event, last: undefined, isHeld: false });
      return false;
    }
    if (event.event !== "stream") return false;
    if (event.state === "ended") return this.#rows.delete(event.number);
    const row = this.#rows.get(event.number);
    if (row === undefined) return false;
    row.last = event;
    if (event.state !== "stats") row.isHeld = event.state === "paused";
    return true;
  }

  /** A row for each stream that has started, at most `columns` wide. */
  draw(columns: number): string[] {
    return [...this.#rows.values()].flatMap(({ offer, last, isHeld }) =>
      last === undefined ? [] : [this.#row(offer, last, { columns, isHeld })]
    );
  }

  #row(
    { number, names, own, from, to }: OfferEvent,
    last: StreamShown,
    { columns, isHeld }: { readonly columns: number; readonly isHeld: boolean },
  ): string {
    const { dim, green, nick, yellow } = this.#palette;
    const who = own ? `to ${nick(to)}` : `from ${nick(from)}`;
    const mark = isHeld ? yellow("held") : green(formatRemaining(last.seconds ?? 0));
    const head = `[${number}] ${ellipsis(names[0] ?? "", NAME_CELLS)} ${who} ${mark}`;
    // Where there is no room, the least important are dropped.
    const shown = figures(last);
    const room = columns - stringWidth(head) - 2;
    while (shown.length > 0 && stringWidth(shown.join("  ")) > room) shown.pop();
    return shown.length === 0 ? fitWidth(head, columns) : `${head}  ${dim(shown.join("  "))}`;
  }
}
