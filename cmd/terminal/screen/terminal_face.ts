/** The face of a client on a terminal: printed lines, a status line, an input line. @module */
import type { ClientView } from "../../../core/client/mod.ts";
import { foldName } from "../../../core/ground/names.ts";
import type { EnteredLine, Face, FaceOutcome, FaceView } from "../face/face.ts";
import { formatCount } from "../words/quantity_text.ts";
import type { ShownEvent } from "../words/shown_event.ts";
import type { Palette } from "./colors.ts";
import { ProgressBars } from "./progress_bars.ts";
import type { Screen } from "./screen.ts";
import { StreamRows } from "./stream_rows.ts";
import { TerminalFormat } from "./terminal_format.ts";

/** Options for {@linkcode TerminalFace}. */
export interface TerminalFaceOptions {
  readonly screen: Screen;
  readonly palette: Palette;
}

/** Shows a client on a {@linkcode Screen}. */
export class TerminalFace implements Face {
  readonly interactive = true;
  readonly #screen: Screen;
  readonly #palette: Palette;
  readonly #format: TerminalFormat;
  readonly #bars: ProgressBars;
  readonly #streams: StreamRows;
  #view: FaceView | undefined;

  constructor({ screen, palette }: TerminalFaceOptions) {
    this.#screen = screen;
    this.#palette = palette;
    this.#bars = new ProgressBars(palette);
    this.#streams = new StreamRows(palette);
    this.#format = new TerminalFormat({
      palette,
      nick: () => this.#view?.state().nick ?? "",
      room: () => this.#view?.state().current,
    });
    this.refresh();
  }

  get outcome(): FaceOutcome {
    return this.#screen.outcome;
  }

  get interrupted(): Promise<void> {
    return this.#screen.interrupted;
  }

  show(event: ShownEvent): void {
    if (this.#bars.take(event) || StreamRows.isDrawn(event)) {
      this.#screen.show({ activity: (columns) => this.#activity(columns) });
    }
    const lines = this.#format.lines(event);
    if (lines.length > 0) this.#screen.print(lines.join("\n"));
    this.refresh();
  }

  ask(prompt: string): Promise<string | undefined> {
    return this.#screen.ask({ prompt, isSecret: false });
  }

  askSecret(prompt: string): Promise<string | undefined> {
    return this.#screen.ask({ prompt, isSecret: true });
  }

  lines(): AsyncIterableIterator<EnteredLine> {
    return this.#screen.lines();
  }

  attach(view: FaceView): void {
    this.#view = view;
    this.#screen.setCompleter((line, cursor) => view.complete(line, cursor));
    this.refresh();
  }

  refresh(): void {
    const room = this.#view?.state().current;
    const prompt = room === undefined ? "> " : `${room} > `;
    this.#screen.show({ prompt, status: this.#status(room) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#screen[Symbol.asyncDispose]();
  }

  #activity(columns: number): string[] {
    const work = this.#view?.state().work ?? new Map();
    return [...this.#bars.draw(work, columns), ...this.#streams.draw(work, columns)];
  }

  #status(room: string | undefined): string {
    if (this.#view === undefined) return "connecting";
    const { nick, rooms, reaching } = this.#view.state();
    const users = room === undefined ? 0 : rooms.get(foldName(room))?.members.size ?? 0;
    const count = users === 0 ? "" : ` (${formatCount(users, "user")})`;
    const waiting = [...new Set(reaching.values())];
    return [
      `${nick} on ${this.#view.server}`,
      ...(room === undefined ? [] : [room + count]),
      this.#connectionWords(this.#view.state()),
      ...(waiting.length === 0 ? [] : [`reaching ${waiting.join(", ")}`]),
    ].join("  ");
  }

  #connectionWords({ connection, roundTripMs }: ClientView): string {
    switch (connection.at) {
      case "open":
        return roundTripMs === undefined ? "connected" : `${roundTripMs.toFixed(0)} ms`;
      case "waiting":
        return this.#palette.red("not connected");
      case "closed":
        return "closed";
      default:
        return this.#palette.yellow("connecting");
    }
  }
}
