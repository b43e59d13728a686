/** The output of a terminal that can move its cursor: printed lines, the input area below them. @module */
import { type DisplayEvent, type DisplayState, stepDisplay } from "./display_state.ts";
import { consoleSize, ScreenMode } from "./mode.ts";
import { type Area, Painter } from "./painter.ts";
import { PrintQueue } from "./print_queue.ts";
import type { ScreenOptions } from "./types.ts";
import { BatchWriter } from "./writer.ts";

const FINISH_WAIT_MS = 1_000;

/** Options for {@linkcode Display}. */
export interface DisplayOptions extends Pick<ScreenOptions, "stdin" | "stdout"> {
  /** The area below the printed lines. */
  readonly area: () => Area;
  /** Called when the terminal is gone. */
  readonly onLost: () => void;
}

/** Owns the terminal from `open()` to `finish()`, except while the shell has it. */
export class Display {
  readonly #area: () => Area;
  readonly #painter = new Painter();
  readonly #printed = new PrintQueue();
  readonly #mode: ScreenMode;
  readonly #writer: BatchWriter;
  #isToClear = false;
  #state: DisplayState = "drawing";

  constructor({ area, onLost, ...terminal }: DisplayOptions) {
    this.#area = area;
    this.#mode = new ScreenMode(terminal);
    this.#writer = new BatchWriter(terminal.stdout, () => this.#compose(), onLost);
  }

  /** Takes the terminal. */
  open(): void {
    addEventListener("unload", this.#close);
    if (Deno.build.os !== "windows") {
      Deno.addSignalListener("SIGWINCH", this.redraw);
      Deno.addSignalListener("SIGCONT", this.#resume);
    }
    this.#resume();
  }

  print(text: string): void {
    this.#printed.push(text);
    this.redraw();
  }

  /** Requests a drawing of what has changed. */
  readonly redraw = (): void => {
    if (this.#state !== "closed") this.#writer.request();
  };

  /** Clears the whole screen. */
  clear(): void {
    this.#isToClear = true;
    this.redraw();
  }

  /** Gives the terminal to the shell, which gives it back by SIGCONT. */
  suspend(): void {
    if (Deno.build.os === "windows" || !this.#step("lend")) return;
    this.#mode.giveBack(this.#painter.finish([], consoleSize().columns));
    Deno.kill(Deno.pid, "SIGTSTP");
    // Without job control the system does not stop the process, and SIGCONT never comes.
    setTimeout(this.#resume, 0);
  }

  /** Prints the pending lines and gives the terminal back; false when called again. */
  async finish(): Promise<boolean> {
    if (!this.#step("finish")) return false;
    if (Deno.build.os !== "windows") {
      Deno.removeSignalListener("SIGWINCH", this.redraw);
      Deno.removeSignalListener("SIGCONT", this.#resume);
    }
    this.#writer.request();
    const stopped = Promise.withResolvers<void>();
    const timer = setTimeout(stopped.resolve, FINISH_WAIT_MS);
    await Promise.race([this.#writer.idle(), stopped.promise]);
    clearTimeout(timer);
    this.#close();
    removeEventListener("unload", this.#close);
    return true;
  }

  readonly #resume = (): void => {
    if (!this.#step("resume")) return;
    this.#mode.take(this.#painter.open());
    this.redraw();
  };

  /** Restores the terminal, also at an unexpected exit. */
  readonly #close = (): void => {
    if (this.#step("close")) this.#mode.giveBack();
  };

  #step(event: DisplayEvent): boolean {
    const next = stepDisplay(this.#state, event);
    this.#state = next ?? this.#state;
    return next !== undefined;
  }

  #compose(): string {
    if (this.#state === "closed" || this.#state === "lent") return "";
    const lines = this.#printed.take();
    const size = consoleSize();
    if (this.#state === "finishing") return this.#painter.finish(lines, size.columns);
    const cleared = this.#isToClear ? this.#painter.clear() : "";
    this.#isToClear = false;
    return cleared + this.#painter.paint(lines, this.#area(), size);
  }
}
