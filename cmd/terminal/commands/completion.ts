/** Tab completion of commands, rooms, names and paths. Pure, if its sources are. @module */
import type { Completion } from "../face/face.ts";
import type { CommandFacts } from "./command.ts";
import { findCommand } from "./input.ts";
import { completePath, type PathCompletionOptions } from "./path_completion.ts";

/** Where the candidates of {@linkcode complete} come from. */
export interface CompletionSources {
  readonly commands: readonly CommandFacts[];
  /** The rooms we are in, and others we know of. */
  rooms(): readonly string[];
  /** The members of our rooms, without ourselves. */
  people(): readonly string[];
  /** The files of this machine. */
  readonly files: PathCompletionOptions;
}

/** The candidates at the cursor: commands, rooms, names of people (`@name` as well), paths. */
export function complete(line: string, cursor: number, sources: CompletionSources): Completion {
  const before = line.slice(0, cursor);
  const from = before.search(/\S*$/);
  const word = before.slice(from);
  const start = before.slice(0, from).trim();
  if (start === "" && word.startsWith("/")) {
    const names = sources.commands.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
    return { from, candidates: matching(word, names.map((name) => `/${name} `)) };
  }
  const paths = wherePathsBegin(before, sources);
  if (paths !== undefined) {
    const completion = completePath(before.slice(paths), sources.files);
    return { ...completion, from: paths + completion.from };
  }
  if (word.startsWith("#")) {
    return { from, candidates: matching(word, sources.rooms().map((room) => `${room} `)) };
  }
  if (word.startsWith("@")) {
    return { from, candidates: matching(word, sources.people().map((nick) => `@${nick} `)) };
  }
  return { from, candidates: argument(start, word, sources) };
}

/** The index after the name, for a command whose further arguments are paths. */
function wherePathsBegin(before: string, { commands }: CompletionSources): number | undefined {
  const [lead, name = ""] = /^\/(\S+)\s+\S+\s+/.exec(before) ?? [];
  const takesPaths = findCommand(name, commands)?.completes === "person-paths";
  return takesPaths ? lead?.length : undefined;
}

function argument(start: string, word: string, sources: CompletionSources): readonly string[] {
  const isFirstArgument = /^\/\S+$/.test(start);
  const spec = isFirstArgument ? findCommand(start.slice(1), sources.commands) : undefined;
  switch (spec?.completes) {
    case "command":
      return matching(word, sources.commands.map(({ name }) => `${name} `));
    case "room":
      // The # is optional, here and in the command.
      return matching(`#${word}`, sources.rooms().map((room) => `${room} `));
    case "person":
    case "person-paths":
      return matching(word, sources.people().map((nick) => `${nick} `));
  }
  if (word === "") return [];
  // At the start of a line a name addresses somebody.
  return matching(word, sources.people().map((nick) => start === "" ? `${nick}: ` : `${nick} `));
}

function matching(word: string, offers: readonly string[]): readonly string[] {
  const folded = word.toLowerCase();
  return [...new Set(offers)].filter((offer) => offer.toLowerCase().startsWith(folded)).sort();
}
