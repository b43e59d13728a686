/** The interface of a screen, and of the terminal it uses. @module */
import type { Completion, EnteredLine, FaceOutcome } from "../face/face.ts";
import type { QuestionText } from "./questions.ts";

/** A source of keys, such as `Deno.stdin`. */
export interface ScreenInput {
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  setRaw(mode: boolean): void;
}

/** A sink for text, such as `Deno.stdout`. */
export interface ScreenOutput {
  write(bytes: Uint8Array): Promise<number>;
  writeSync(bytes: Uint8Array): number;
}

/** Options for {@linkcode openScreen}. */
export interface ScreenOptions {
  readonly stdin: ScreenInput;
  readonly stdout: ScreenOutput;
  /** The file of the input history; without it there is none. */
  readonly historyFile?: string;
  /** Whether an entered line may be kept there; a line with a password may not. */
  readonly keepInHistory?: (line: string) => boolean;
}

/** The area at the bottom, without the typed text. */
export interface ScreenArea {
  /** In front of the typed text. */
  readonly prompt: string;
  /** The line above the input; none when empty. */
  readonly status: string;
  /** The rows above that line, e.g. a bar for each transfer: called for every drawing. */
  readonly activity: (columns: number) => readonly string[];
}

/** A terminal with an input line at the bottom, and everything else above it. */
export interface Screen extends AsyncDisposable {
  /** Prints text above the input; it may contain SGR colours and line breaks. */
  print(line: string): void;
  /** Changes parts of the area at the bottom. */
  show(area: Partial<ScreenArea>): void;
  /** Asks for a line that is not run as a command and not kept in the history; undefined on Ctrl-C or Ctrl-D. */
  ask(question: QuestionText): Promise<string | undefined>;
  /** Sets the function behind Tab. */
  setCompleter(complete: (line: string, cursor: number) => Completion): void;
  /**
   * The entered lines, for one reader. Text typed before the first one is read answers the questions asked until then.
   * They end at Ctrl-D, or at Ctrl-C on an empty line (on another one it clears the line); see `outcome`.
   */
  lines(): AsyncIterableIterator<EnteredLine>;
  /** Why `lines()` ended. */
  readonly outcome: FaceOutcome;
  /** Resolves at the Ctrl-C that ends `lines()`, also while they are not read. */
  readonly interrupted: Promise<void>;
}
