/** What a client shows events on and reads lines from: a terminal, plain text, lines of JSON. @module */
import type { ClientView } from "../../../core/client/mod.ts";
import type { ShownEvent } from "../words/shown_event.ts";

/** What Tab offers: texts that replace the line from `from` to the cursor. */
export interface Completion {
  readonly candidates: readonly string[];
  readonly from: number;
}

/** A line that was entered. */
export interface EnteredLine {
  readonly text: string;
  /** Part of a pasted block: a message, whatever it looks like. */
  readonly isText: boolean;
}

/** The client, as a face's status line and completion see it. */
export interface FaceView {
  /** The server as it was dialled. */
  readonly server: string;
  /** The client as it is now. */
  state(): ClientView;
  /** What can stand at the cursor. */
  complete(line: string, cursor: number): Completion;
}

/** Why a face's lines end: Ctrl-D (or the input is gone), Ctrl-C. */
export type FaceEnd = "end-of-input" | "interrupted";

/** Why a face's lines have ended; "open" if they have not. */
export type FaceOutcome = "open" | FaceEnd;

/** One way to show events and to read what is typed. */
export interface Face extends AsyncDisposable {
  /** Whether a person is in front of it, who can be asked and should not be kept waiting. */
  readonly interactive: boolean;
  /** Why `lines` has ended. */
  readonly outcome: FaceOutcome;
  /** Resolves when the person presses Ctrl-C to leave; where that is a signal, never. */
  readonly interrupted: Promise<void>;
  /** Shows an event, if this face shows events of its kind. */
  show(event: ShownEvent): void;
  /** Asks for a line; without a person, the next line of the input. `undefined` at its end. */
  ask(prompt: string): Promise<string | undefined>;
  /** As {@linkcode Face.ask}, without echo. */
  askSecret(prompt: string): Promise<string | undefined>;
  /** The lines that are entered, for one reader. */
  lines(): AsyncIterableIterator<EnteredLine>;
  /** Connects the face to a client. */
  attach(view: FaceView): void;
  /** Draws the prompt and the status line again: the current room has changed. */
  refresh(): void;
}

/** Asks until the answer is yes or no; no answer counts as no. */
export async function confirm(face: Face, question: string): Promise<boolean> {
  for (let prompt = `${question} (yes/no) `;; prompt = "Type yes or no: ") {
    const answer = (await face.ask(prompt))?.trim().toLowerCase();
    if (answer === "yes" || answer === "y") return true;
    if (answer === undefined || answer === "no" || answer === "n") return false;
  }
}
