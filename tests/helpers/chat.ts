/** The real program as a child process: lines in, and waits for its lines out. @module */
import { within } from "./deadline.ts";
import { LineLog } from "./line_log.ts";
import { program, type ProgramOptions } from "./program.ts";

const DEFAULT_WAIT_MS = 30_000;
const STOP_WAIT_MS = 6_000;

/** Output and exit code of a program that has ended. */
export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One line of `--json` output. */
export type ChatEvent = { readonly event: string } & Readonly<Record<string, unknown>>;

/** Options for {@linkcode startChat}. */
export interface ChatOptions extends ProgramOptions {
  /** Called with each line of input (`>`), output (a blank) and standard error (`!`). */
  readonly watch?: (mark: ">" | " " | "!", line: string) => void;
}

/** Runs `chat ARGS...` to its end; `stdin` is what is typed. */
export async function runChat(
  args: readonly string[],
  { stdin = "", timeoutMs = DEFAULT_WAIT_MS, ...options }:
    & { readonly stdin?: string; readonly timeoutMs?: number }
    & ChatOptions = {},
): Promise<RunResult> {
  await using chat = await startChat(args, options);
  if (stdin !== "") await chat.type(stdin);
  await chat.endInput();
  const code = await chat.exit(timeoutMs);
  return { code, stdout: chat.stdout, stderr: chat.stderr };
}

/** Starts `chat ARGS...`; disposing it ends the process and waits for that. */
export async function startChat(
  args: readonly string[],
  { watch, ...options }: ChatOptions = {},
): Promise<RunningChat> {
  const start = await program(args, options);
  const child = new Deno.Command(start.command, {
    args: [...start.args],
    env: start.env,
    cwd: start.cwd,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const chat = new RunningChat(child, ["chat", ...args].join(" "), watch);
  chat.alsoDispose(start);
  return chat;
}

/** A started program. Timeouts and ended outputs show the whole transcript. */
export class RunningChat implements AsyncDisposable {
  stdout = "";
  stderr = "";
  readonly #transcript: string[] = [];
  readonly #out = new LineLog(() => this.transcript);
  readonly #err = new LineLog(() => this.transcript);
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #reading: Promise<unknown>;
  readonly #owned = new AsyncDisposableStack();

  constructor(
    readonly child: Deno.ChildProcess,
    readonly title: string,
    private readonly watch: ChatOptions["watch"] = () => {},
  ) {
    this.#input = child.stdin.getWriter();
    this.#reading = Promise.all([
      this.#out.read(child.stdout, (line) => {
        this.stdout += `${line}\n`;
        this.#note(" ", line);
      }),
      this.#err.read(child.stderr, (line) => {
        this.stderr += `${line}\n`;
        this.#note("!", line);
      }),
    ]);
  }

  /** All input (`>`), output and standard error (`!`) so far. */
  get transcript(): string {
    return [`--- ${this.title} (pid ${this.child.pid})`, ...this.#transcript, "---"].join("\n");
  }

  /** Waits for a line of standard output; an earlier wait's line is not found again. */
  line(pattern: RegExp, timeoutMs = DEFAULT_WAIT_MS): Promise<RegExpExecArray> {
    return this.#out.take(`line ${pattern}`, (line) => pattern.exec(line) ?? undefined, timeoutMs);
  }

  /** Waits for a line of standard error. */
  errorLine(pattern: RegExp, timeoutMs = DEFAULT_WAIT_MS): Promise<RegExpExecArray> {
    const pick = (line: string) => pattern.exec(line) ?? undefined;
    return this.#err.take(`error line ${pattern}`, pick, timeoutMs);
  }

  /** Waits for a `--json` event of this name that `fits`. */
  event(
    name: string,
    fits: (event: ChatEvent) => boolean = () => true,
    timeoutMs = DEFAULT_WAIT_MS,
  ): Promise<ChatEvent> {
    return this.#out.take(`event "${name}"`, (line) => {
      const event = parseEvent(line);
      return event?.event === name && fits(event) ? event : undefined;
    }, timeoutMs);
  }

  /** Types `text`, as it is. */
  async type(text: string): Promise<void> {
    for (const line of text.trimEnd().split("\n")) this.#note(">", line);
    await this.#write(text);
  }

  /** Types a line that no transcript shows. */
  async saySecret(line: string): Promise<void> {
    this.#note(">", "********");
    await this.#write(`${line}\n`);
  }

  /** Types one line. */
  say(line: string): Promise<void> {
    return this.type(`${line}\n`);
  }

  /** End of input, as Ctrl-D. */
  async endInput(): Promise<void> {
    try {
      await this.#input.close();
    } catch {
      // the program has ended, and its input with it
    }
  }

  /** Sends a signal; nothing happens when the program has ended. */
  kill(signal: Deno.Signal): void {
    try {
      this.child.kill(signal);
    } catch {
      // it has ended by itself
    }
  }

  /** Waits for the end and gives the exit code. */
  async exit(timeoutMs = DEFAULT_WAIT_MS): Promise<number> {
    const ended = Promise.all([this.child.status, this.#reading]);
    const explain = () => `Still running after ${timeoutMs} ms\n${this.transcript}`;
    const [{ code }] = await within(ended, timeoutMs, explain);
    return code;
  }

  /** Gives `item` to this program: it is disposed after the process has ended. */
  alsoDispose(item: AsyncDisposable): void {
    this.#owned.use(item);
  }

  async #write(text: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(text));
  }

  #note(mark: ">" | " " | "!", line: string): void {
    this.#transcript.push(`${mark} ${line}`);
    this.watch?.(mark, line);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.endInput();
    this.kill("SIGTERM");
    try {
      await this.exit(STOP_WAIT_MS);
    } catch {
      this.kill("SIGKILL"); // it had its time to say goodbye
      await this.exit();
    }
    await this.#owned.disposeAsync();
  }
}

function parseEvent(line: string): ChatEvent | undefined {
  if (!line.startsWith("{")) return undefined;
  const value: unknown = JSON.parse(line);
  return isEvent(value) ? value : undefined;
}

function isEvent(value: unknown): value is ChatEvent {
  return typeof value === "object" && value !== null && "event" in value &&
    typeof value.event === "string";
}
