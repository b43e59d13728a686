/** What a command of the client is. @module */
import type { ChatClient } from "../../../core/client/mod.ts";
import type { KnownPeers } from "../../../core/identity/known_peers.ts";
import type { GivenSecrets } from "../../../core/identity/given_secrets.ts";
import type { Identity } from "../../../core/identity/identity.ts";
import type { PeerService } from "../../../core/peer/mod.ts";
import type { Face } from "../face.ts";

/** What direct links are made of. */
export interface PeerContext {
  readonly identity: Identity;
  readonly knownPeers: KnownPeers;
  /** The server whose accounts these are, as `known_peers` names it. */
  readonly server: string;
  /** The service of whoever is signed in. */
  service(): PeerService | undefined;
}

/** What a running command has at hand. */
export interface CommandContext {
  readonly client: ChatClient;
  readonly face: Face;
  readonly peers: PeerContext;
  /** The name of `--user`. */
  readonly user: string | undefined;
  readonly commands: readonly CommandSpec[];
  /** The passwords that were typed, so that none of them is said. */
  readonly secrets: GivenSecrets;
  /** The room that what is typed goes to. */
  room: string | undefined;
  /** Shows words. */
  notice(text: string): void;
  /** Ends the client after this command. */
  exit(): void;
}

/** What can be said of a command without running it. */
export interface CommandFacts {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** What comes after the name: `NAME TEXT`, `[ROOM]`; empty when nothing does. */
  readonly usage: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** More lines for `/help NAME`. */
  readonly details?: readonly string[];
  /** What its arguments are, for completion; `person-paths`: a name, then paths of this machine. */
  readonly completes?: "person" | "room" | "command" | "person-paths";
  /** Whether it may be typed without a slash before signing in. */
  readonly bare?: boolean;
  /** Whether others read what comes after the name: it is given as typed, blanks included, and never a password. */
  readonly saysText?: boolean;
  /** Whether, in front of a person, the next line need not wait for it. */
  readonly background?: boolean;
}

/** One command: `/name arguments`. A new one is another entry of the table in table.ts. */
export interface CommandSpec extends CommandFacts {
  /**
   * Does it. `rest` is what was typed after the name, without blanks around it unless the command says text.
   *
   * @throws {UsageError} When `rest` makes no sense.
   */
  run(context: CommandContext, rest: string): Promise<void> | void;
}

/** What was typed after a command's name makes no sense. The message may be empty. */
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

/** The first word of what was typed, and what comes after the blank behind it, as it is. */
export function firstWordAndText(typed: string): [word: string, text: string] {
  const start = typed.trimStart();
  const space = start.search(/\s/);
  return space < 0 ? [start, ""] : [start.slice(0, space), start.slice(space + 1)];
}

/** The room that `name` means: `lobby` is `#lobby`; without a name, the one that is talked in. */
export function roomOf(context: CommandContext, name: string | undefined): string {
  if (name !== undefined && name !== "") return /^[#&]/.test(name) ? name : `#${name}`;
  if (context.room !== undefined) return context.room;
  throw new UsageError("You are in no room: /join ROOM, or say which one");
}
