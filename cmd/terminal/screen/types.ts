/** What the terminal face is to the rest of the client. @module */
import type { QuestionText } from "./questions.ts";
import type { Completion, EnteredLine, FaceOutcome } from "../face.ts";

/** Where keys come from; `Deno.stdin` is one. */
export interface ScreenInput {
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  setRaw(mode: boolean): void;
}

/** Where text goes; `Deno.stdout` is one. */
export interface ScreenOutput {
  write(bytes: Uint8Array): Promise<number>;
  writeSync(bytes: Uint8Array): number;
}

/** How a screen is opened. */
export interface ScreenOptions {
  readonly stdin: ScreenInput;
  readonly stdout: ScreenOutput;
  /** Where entered lines are kept between sessions; nowhere without it. */
  readonly historyFile?: string;
  /** Whether an entered line may be kept; a line with a password in it may not. */
  readonly keepInHistory?: (line: string) => boolean;
}

/** The area at the bottom, but for what is typed. */
export interface ScreenArea {
  /** In front of what is typed. */
  readonly prompt: string;
  /** The line above the input; none when empty. */
  readonly status: string;
  /** The rows above that line, e.g. a bar for each transfer: drawn anew whenever anything is. */
  readonly activity: (columns: number) => readonly string[];
}

/** A terminal with an input line at the bottom, and everything else above it. */
export interface Screen extends AsyncDisposable {
  /** Shows finished text above the input; it may hold our own SGR colours, and line breaks. */
  print(line: string): void;
  /** Changes parts of the area at the bottom. */
  show(area: Partial<ScreenArea>): void;
  /** Asks for a line that is no command and not kept in the history; undefined on Ctrl-C or Ctrl-D. */
  ask(question: QuestionText): Promise<string | undefined>;
  /** Sets what Tab offers. */
  setCompleter(complete: (line: string, cursor: number) => Completion): void;
  /**
   * The lines that were entered, each once; for one reader. What was typed before the first one is read answers the
   * questions that are asked until then. It ends at Ctrl-D and at Ctrl-C on an
   * empty line (a line that is not empty is cleared by Ctrl-C); `outcome` tells which it was.
   */
  lines(): AsyncIterableIterator<EnteredLine>;
  /** Why `lines()` ended. */
  readonly outcome: FaceOutcome;
  /** Resolves at the Ctrl-C that ends `lines()`, also while nobody reads them. */
  readonly interrupted: Promise<void>;
}
