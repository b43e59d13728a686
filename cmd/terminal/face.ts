/** What a client shows and asks on, whatever it is: a terminal, plain text, lines of JSON. @module */
import type { ClientEvent } from "../../core/client/mod.ts";
import type { CommandFacts } from "./commands/command_facts.ts";
import type { PathCompletionOptions } from "./commands/path_completion.ts";
import type { EnteredLine } from "./screen/types.ts";

/** What a face may look at to be helpful: completion, the status line. */
export interface FaceView {
  /** The server as it was dialled. */
  readonly server: string;
  /** Our own nickname. */
  nick(): string;
  /** The room that what is typed goes to. */
  room(): string | undefined;
  /** The rooms we are in, and others we know of. */
  rooms(): readonly string[];
  /** The members of a room we are in. */
  members(room: string): readonly string[];
  /** Everybody we share a room with, or have heard from. */
  people(): readonly string[];
  readonly commands: readonly CommandFacts[];
  /** The files of this machine. */
  readonly files: PathCompletionOptions;
}

/** Why a face's lines have ended. */
export type FaceOutcome = "open" | "end-of-input" | "interrupted";

/** One way to show what happens and to take what is typed. */
export interface Face extends AsyncDisposable {
  /** Whether a person is in front of it who can be asked, and whom waiting would annoy. */
  readonly interactive: boolean;
  /** Why `lines` has ended. */
  readonly outcome: FaceOutcome;
  /** Resolves when the person presses Ctrl-C to leave; where that is a signal, never. */
  readonly interrupted: Promise<void>;
  /** Shows an event, if it is one for this face. */
  show(event: ClientEvent): void;
  /** Asks for a line: the next one of the input where nobody is there. `undefined`: there is none. */
  ask(prompt: string): Promise<string | undefined>;
  /** As {@linkcode Face.ask}, for what must not be seen. */
  askSecret(prompt: string): Promise<string | undefined>;
  /** What is typed, line by line; for one reader. */
  lines(): AsyncIterableIterator<EnteredLine>;
  /** Gives the face something to look at, once there is a client. */
  attach(view: FaceView): void;
  /** The room that what is typed goes to has changed. */
  refresh(): void;
}
