/** Rows of running streams, above the input. @module */
import stringWidth from "string-width";
import type { OfferEvent, StreamEvent, WorkByNumber } from "../../../core/client/mod.ts";
import { formatRemaining } from "../words/quantity_text.ts";
import type { ShownEvent } from "../words/shown_event.ts";
import { figures } from "../words/stream_text.ts";
import type { Palette } from "./colors.ts";
import { fitWidth } from "./layout.ts";
import { ellipsis } from "./progress_bars.ts";

/** Most columns for the name. */
const NAME_CELLS = 24;

/** Draws the streams that have started. */
export class StreamRows {
  readonly #palette: Palette;

  /** Nothing is drawn yet. */
  constructor(palette: Palette) {
    this.#palette = palette;
  }

  /** Whether the drawing changes with this event. */
  static isDrawn(event: ShownEvent): boolean {
    return event.event === "stream";
  }

  /** A row for each stream that has started, at most `columns` wide. */
  draw(work: WorkByNumber, columns: number): string[] {
    return [...work.values()].flatMap(({ offer, stream, state }) =>
      stream === undefined
        ? []
        : [this.#row(offer, stream, { columns, isHeld: state === "paused" })]
    );
  }

  #row(
    { number, names, own, from, to }: OfferEvent,
    last: StreamEvent,
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
