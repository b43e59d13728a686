/** Commands of the client: their description, their context, their arguments. @module */
import type { ChatClient } from "../../../core/client/mod.ts";
import type { GivenSecrets } from "../../../core/identity/given_secrets.ts";
import type { Face } from "../face/face.ts";

/** The context in which a command runs. */
export interface CommandContext {
  readonly client: ChatClient;
  readonly face: Face;
  /** The name of `--user`. */
  readonly user: string | undefined;
  readonly commands: readonly CommandSpec[];
  /** The passwords that were typed: a message must not contain one. */
  readonly secrets: GivenSecrets;
  /** The room that typed text goes to. */
  readonly room: string | undefined;
  /** Makes typed text go to another room. */
  look(room: string): void;
  /** Shows a notice. */
  notice(text: string): void;
  /** Ends the client after this command. */
  exit(): void;
}

/** The description of a command: for help, completion and parsing. */
export interface CommandFacts {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** The arguments: `NAME TEXT`, `[ROOM]`; empty without any. */
  readonly usage: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** More lines for `/help NAME`. */
  readonly details?: readonly string[];
  /** The kind of its arguments, for completion; `person-paths`: a name, then paths of this machine. */
  readonly completes?: "person" | "room" | "command" | "person-paths";
  /** Whether the slash may be left out before signing in. */
  readonly bare?: boolean;
  /** Whether others read its argument: it is passed as typed, blanks included, and never contains a password. */
  readonly saysText?: boolean;
  /** Whether an interactive face reads the next line before it is done. */
  readonly background?: boolean;
}

/** One command: `/name arguments`. Add a new one to the table of its group. */
export interface CommandSpec extends CommandFacts {
  /**
   * Runs it. `rest` is the text after the name, trimmed unless `saysText` is set.
   *
   * @throws {UsageError} When `rest` is invalid.
   */
  run(context: CommandContext, rest: string): Promise<void> | void;
}

/** Invalid arguments of a command. The message may be empty. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The words of `rest`. @throws {UsageError} When there are fewer or more than allowed. */
export function words(rest: string, least: number, most: number): string[] {
  const found = rest.split(/\s+/).filter((word) => word !== "");
  if (found.length < least || found.length > most) throw new UsageError();
  return found;
}

/** The first word of `rest`, and what comes after it. */
export function firstWord(rest: string): [word: string, after: string] {
  const [word, after] = firstWordAndText(rest);
  return [word, after.trim()];
}

/** The first word of what was typed, and the unchanged text after the blank that follows. */
export function firstWordAndText(typed: string): [word: string, text: string] {
  const start = typed.trimStart();
  const space = start.search(/\s/);
  return space < 0 ? [start, ""] : [start.slice(0, space), start.slice(space + 1)];
}

/** The room that `name` means: `lobby` is `#lobby`; without a name, the current room. */
export function roomOf(context: CommandContext, name: string | undefined): string {
  if (name !== undefined && name !== "") return /^[#&]/.test(name) ? name : `#${name}`;
  if (context.room !== undefined) return context.room;
  throw new UsageError("You are in no room: /join ROOM, or say which one");
}
