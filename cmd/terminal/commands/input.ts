/** Parses a typed line. Pure. @module */
import { distance } from "fastest-levenshtein";
import { parseLine, type PtchatCommand } from "../../../core/ptchat/command.ts";
import type { CommandFacts } from "./command.ts";

/** A typed line as a value. */
export type ParsedInput =
  | { readonly kind: "nothing" }
  | { readonly kind: "say"; readonly text: string }
  /** `rest` is trimmed; `typed` keeps all blanks but the one after the name. */
  | {
    readonly kind: "command";
    readonly name: string;
    readonly rest: string;
    readonly typed: string;
  }
  | { readonly kind: "wrong"; readonly text: string };

/** The context in which a line is parsed. */
export interface InputContext {
  readonly signedIn: boolean;
  readonly commands: readonly CommandFacts[];
}

/**
 * Parses a line: `/command`, `//text` for text that starts with a slash, PTCHAT's `~:lu:`, `~:q!:`,
 * `~-@user: text` and `~->user: text`, and before signing in some commands without their slash.
 */
export function parseInput(line: string, { signedIn, commands }: InputContext): ParsedInput {
  const text = line.trim();
  if (text === "") return { kind: "nothing" };
  if (text.startsWith("//")) return { kind: "say", text: line.replace("/", "") };
  if (text.startsWith("/") && !isPath(text)) return command(line.trimStart().slice(1));
  if (/^~(:|-@|->)/.test(text)) return fromPtchat(line);
  if (!signedIn && isBareCommand(text, commands)) return command(line.trimStart());
  return { kind: "say", text: line };
}

/** A line as a message, even if it begins with a slash. */
export function asText(line: string): ParsedInput {
  return line.trim() === "" ? { kind: "nothing" } : { kind: "say", text: line };
}

/** `/usr/bin/deno` is not a command: no name contains a slash. */
function isPath(text: string): boolean {
  return /^\/[^\s/]+\//.test(text);
}

/** The command of that name or alias. */
export function findCommand<Facts extends CommandFacts>(
  name: string,
  commands: readonly Facts[],
): Facts | undefined {
  const wanted = name.toLowerCase();
  return commands.find((spec) => spec.name === wanted || spec.aliases?.includes(wanted));
}

/** The command's name nearest to `name`, if any is near. */
export function nearestCommand(
  name: string,
  commands: readonly CommandFacts[],
): string | undefined {
  const wanted = name.toLowerCase();
  const candidates = commands.flatMap((spec) => [spec.name, ...spec.aliases ?? []]);
  let nearest = candidates.find((candidate) => wanted.length > 1 && candidate.startsWith(wanted));
  if (nearest !== undefined) return nearest;
  let least = wanted.length < 4 ? 2 : 3;
  for (const candidate of candidates) {
    const typos = distance(wanted, candidate);
    if (typos >= least) continue;
    least = typos;
    nearest = candidate;
  }
  return nearest;
}

function command(text: string): ParsedInput {
  const space = text.search(/\s/);
  return {
    kind: "command",
    name: (space < 0 ? text : text.slice(0, space)).toLowerCase(),
    rest: space < 0 ? "" : text.slice(space).trim(),
    typed: space < 0 ? "" : text.slice(space + 1),
  };
}

/** `login bob` is a command, `hello all` is a message: most commands take a name at most. */
function isBareCommand(text: string, commands: readonly CommandFacts[]): boolean {
  const [name = "", ...rest] = text.split(/\s+/);
  const spec = findCommand(name, commands);
  if (!spec?.bare) return false;
  const needed = spec.usage.split(/\s+/).filter((word) => word !== "");
  return spec.usage.endsWith("TEXT") ? rest.length >= needed.length : rest.length <= needed.length;
}

function fromPtchat(text: string): ParsedInput {
  const parsed: PtchatCommand = parseLine(text);
  switch (parsed.kind) {
    case "say":
      return { kind: "say", text: parsed.text };
    case "tag":
      return { kind: "say", text: `${parsed.user}: ${parsed.text}` };
    case "private":
      return asCommand("msg", `${parsed.user} ${parsed.text}`);
    case "quit":
      return asCommand("exit");
    case "users":
      return asCommand("users", "*");
    case "rooms":
    case "help":
      return asCommand(parsed.kind);
    case "join":
      return asCommand("join", parsed.room);
    case "login":
    case "register": {
      const rest = parsed.password === undefined
        ? parsed.name
        : `${parsed.name} ${parsed.password}`;
      return asCommand(parsed.kind, rest);
    }
    case "history":
      return asCommand("history", String(parsed.lines));
    default:
      return {
        kind: "wrong",
        text: `Cannot make sense of "${
          text.slice(0, 40)
        }": ~:lu:, ~:q!:, ~-@user: text and ~->user: text work here`,
      };
  }
}

function asCommand(name: string, typed = ""): ParsedInput {
  return { kind: "command", name, rest: typed.trim(), typed };
}
