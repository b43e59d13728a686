/** The face of a client on a terminal: printed lines, a status line, an input line. @module */
import type { Link } from "../../../core/client/mod.ts";
import type { ShownEvent } from "../words/shown_event.ts";
import type { Palette } from "./colors.ts";
import type { EnteredLine, Face, FaceOutcome, FaceView } from "../face.ts";
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
  readonly #sending = new Map<string, string>();
  #view: FaceView | undefined;
  #link: Link = { at: "dialing", attempt: 0, first: true };
  #roundTripMs: number | undefined;

  constructor({ screen, palette }: TerminalFaceOptions) {
    this.#screen = screen;
    this.#palette = palette;
    this.#bars = new ProgressBars(palette);
    this.#streams = new StreamRows(palette);
    this.#format = new TerminalFormat({
      palette,
      nick: () => this.#view?.nick() ?? "",
      room: () => this.#view?.room(),
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
    if (event.event === "link") this.#link = event.link;
    if (event.event === "round-trip") this.#roundTripMs = event.ms;
    if (event.event === "sending") this.#sending.set(event.id, event.to);
    if (event.event === "private" && event.own) this.#sending.delete(event.id);
    if (event.event === "error" || (event.event === "private" && !event.direct)) {
      this.#sending.clear();
    }
    const isActive = [this.#bars.take(event), this.#streams.take(event)].includes(true);
    if (isActive) this.#screen.show({ activity: (columns) => this.#activity(columns) });
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
    const room = this.#view?.room();
    const prompt = room === undefined ? "> " : `${room} > `;
    this.#screen.show({ prompt, status: this.#status(room) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#screen[Symbol.asyncDispose]();
  }

  #activity(columns: number): string[] {
    return [...this.#bars.draw(columns), ...this.#streams.draw(columns)];
  }

  #status(room: string | undefined): string {
    const view = this.#view;
    if (view === undefined) return "connecting";
    const users = room === undefined ? 0 : view.members(room).length;
    const count = users === 0 ? "" : ` (${users} ${users === 1 ? "user" : "users"})`;
    const waiting = [...new Set(this.#sending.values())];
    return [
      `${view.nick()} on ${view.server}`,
      ...(room === undefined ? [] : [room + count]),
      this.#linkWords(),
      ...(waiting.length === 0 ? [] : [`reaching ${waiting.join(", ")}`]),
    ].join("  ");
  }

  #linkWords(): string {
    switch (this.#link.at) {
      case "open":
        return this.#roundTripMs === undefined ? "connected" : `${this.#roundTripMs.toFixed(0)} ms`;
      case "waiting":
        return this.#palette.red("not connected");
      case "closed":
        return "closed";
      default:
        return this.#palette.yellow("connecting");
    }
  }
}
