/** A terminal for tests: a program in a tmux pane, keys in, screen out. @module */
import { join } from "node:path";
import { within } from "./deadline.ts";
import type { Program } from "./program.ts";
import { tempDir } from "./temp_dir.ts";

const DEFAULT_WAIT_MS = 30_000;
const LOOK_AGAIN_MS = 25;

/** Size and environment of the terminal. */
export interface TmuxOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** Environment of the program, e.g. another TERM than tmux's. */
  readonly env?: Readonly<Record<string, string>>;
}

// The shell writes the exit code, then keeps the screen for later captures.
const RUN_AND_STAY = 'trap : INT; status=$1; shift; "$@"; echo "$?" > "$status"; exec sleep 600';

/** A terminal with one program in it. */
export class Tmux implements AsyncDisposable {
  private constructor(private readonly folder: { readonly path: string } & AsyncDisposable) {}

  /** Starts `start` in a terminal of its own tmux server; the user's settings are not read. */
  static async start(
    start: Program,
    { columns = 80, rows = 24, env = {} }: TmuxOptions = {},
  ): Promise<Tmux> {
    const tmux = new Tmux(await tempDir());
    const variables = Object.entries({ LC_ALL: "C.UTF-8", ...start.env, ...env });
    await tmux.#run(
      ...["-f", "/dev/null", "new-session", "-d", "-x", String(columns), "-y", String(rows)],
      ...[
        "-c",
        start.cwd,
        "--",
        "env",
        "-u",
        "NO_COLOR",
        ...variables.map(([name, value]) => `${name}=${value}`),
      ],
      ...["sh", "-c", RUN_AND_STAY, "sh", tmux.#statusFile, start.command, ...start.args],
    );
    return tmux;
  }

  get #statusFile(): string {
    return join(this.folder.path, "status");
  }

  /** Types text as it is, or keys by tmux's names: `type("hi")`, `type({ key: "Enter" })`. */
  async type(...inputs: readonly (string | { readonly key: string })[]): Promise<void> {
    for (const input of inputs) {
      if (typeof input === "string") await this.#run("send-keys", "-l", "--", input);
      else await this.#run("send-keys", input.key);
    }
  }

  /** Pastes as a terminal does, bracketed when the program asked for that. */
  async paste(text: string): Promise<void> {
    const file = join(this.folder.path, "paste"); // a command line would be too long for some
    await Deno.writeTextFile(file, text);
    await this.#run("load-buffer", file);
    await this.#run("paste-buffer", "-p", "-r");
  }

  /** What the terminal shows; `scrollback` adds what has left it at the top. */
  async screen({ escapes = false, scrollback = false } = {}): Promise<string> {
    const flags = [...(escapes ? ["-e"] : []), ...(scrollback ? ["-S", "-"] : [])];
    const shown = await this.#run("capture-pane", "-p", ...flags);
    return shown.replace(/\n+$/, "");
  }

  /**
   * Waits until the screen shows `pattern`, and returns the screen. A capture can happen in the middle of
   * a redraw: what is drawn after the pattern may be missing. Include in the pattern what must be there.
   */
  waitFor(pattern: RegExp, timeoutMs = DEFAULT_WAIT_MS): Promise<string> {
    return this.waitUntil(`${pattern}`, (screen) => pattern.test(screen), timeoutMs);
  }

  /** Waits until `fits` accepts the screen, and returns the screen. */
  waitUntil(
    what: string,
    fits: (screen: string) => boolean,
    timeoutMs = DEFAULT_WAIT_MS,
  ): Promise<string> {
    return lookUntil({
      look: () => this.screen(),
      fits,
      explain: (screen) =>
        `The screen does not show ${what} after ${timeoutMs} ms:\n${screen}\n---`,
      timeoutMs,
    });
  }

  /** Waits until the cursor stands in `column`, counted from 0. */
  async waitForCursor(column: number, timeoutMs = DEFAULT_WAIT_MS): Promise<void> {
    await lookUntil({
      look: async () => Number(await this.#run("display-message", "-p", "#{cursor_x}")),
      fits: (shown) => shown === column,
      explain: (shown) => `The cursor is in column ${shown}, not ${column}`,
      timeoutMs,
    });
  }

  /** Changes the terminal's size; the program gets SIGWINCH. */
  async resize(columns: number, rows: number): Promise<void> {
    await this.#run("resize-window", "-x", String(columns), "-y", String(rows));
  }

  /** The exit code, once the program has ended. */
  async exitCode(timeoutMs = DEFAULT_WAIT_MS): Promise<number> {
    const status = await lookUntil({
      look: () => readIfThere(this.#statusFile),
      fits: (text) => text.endsWith("\n"),
      explain: async () => `Still running:\n${await this.screen()}\n---`,
      timeoutMs,
    });
    return Number(status);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#run("kill-server");
    await this.folder[Symbol.asyncDispose]();
  }

  async #run(...args: readonly string[]): Promise<string> {
    const command = new Deno.Command("tmux", {
      args: ["-u", "-S", join(this.folder.path, "socket"), ...args],
      stdin: "null",
    });
    const explain = () => `tmux ${args[0]} does not answer`;
    const { success, stdout, stderr } = await within(command.output(), DEFAULT_WAIT_MS, explain);
    const decoder = new TextDecoder();
    if (success) return decoder.decode(stdout);
    throw new Error(`tmux ${args.join(" ")}: ${decoder.decode(stderr).trim()}`);
  }
}

/** Polls `look` until its result fits, and returns it. */
async function lookUntil<Seen>({ look, fits, explain, timeoutMs }: {
  readonly look: () => Promise<Seen>;
  readonly fits: (seen: Seen) => boolean;
  readonly explain: (seen: Seen) => string | Promise<string>;
  readonly timeoutMs: number;
}): Promise<Seen> {
  const endMs = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (fits(seen)) return seen;
    if (Date.now() > endMs) throw new Error(await explain(seen));
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
