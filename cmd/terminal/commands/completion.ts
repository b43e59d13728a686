/** What Tab offers on the input line. Pure, as far as what it looks at is. @module */
import type { FaceView } from "../face.ts";
import { findCommand } from "./input.ts";
import { type Candidates, completePath } from "./path_completion.ts";

/** What could stand where the cursor is: commands, rooms, names of people (`@name` as well). */
export function complete(line: string, cursor: number, view: FaceView): Candidates {
  const before = line.slice(0, cursor);
  const from = before.search(/\S*$/);
  const word = before.slice(from);
  const start = before.slice(0, from).trim();
  if (start === "" && word.startsWith("/")) {
    const names = view.commands.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
    return { from, candidates: matching(word, names.map((name) => `/${name} `)) };
  }
  const paths = wherePathsBegin(before, view);
  if (paths !== undefined) {
    const completion = completePath(before.slice(paths), view.files);
    return { ...completion, from: paths + completion.from };
  }
  if (word.startsWith("#")) {
    return { from, candidates: matching(word, view.rooms().map((room) => `${room} `)) };
  }
  if (word.startsWith("@")) {
    return { from, candidates: matching(word, view.people().map((nick) => `@${nick} `)) };
  }
  return { from, candidates: argument(start, word, view) };
}

/** Behind the name, for a command whose further arguments are paths. */
function wherePathsBegin(before: string, { commands }: FaceView): number | undefined {
  const [lead, name = ""] = /^\/(\S+)\s+\S+\s+/.exec(before) ?? [];
  const takesPaths = findCommand(name, commands)?.completes === "person-paths";
  return takesPaths ? lead?.length : undefined;
}

function argument(start: string, word: string, view: FaceView): readonly string[] {
  const isFirstArgument = /^\/\S+$/.test(start);
  const spec = isFirstArgument ? findCommand(start.slice(1), view.commands) : undefined;
  switch (spec?.completes) {
    case "command":
      return matching(word, view.commands.map(({ name }) => `${name} `));
    case "room":
      // The # need not be typed, neither here nor to the command.
      return matching(`#${word}`, view.rooms().map((room) => `${room} `));
    case "person":
    case "person-paths":
      return matching(word, view.people().map((nick) => `${nick} `));
  }
  if (word === "") return [];
  // At the start of a line a name addresses somebody.
  return matching(word, view.people().map((nick) => start === "" ? `${nick}: ` : `${nick} `));
}

function matching(word: string, offers: readonly string[]): readonly string[] {
  const folded = word.toLowerCase();
  return [...new Set(offers)].filter((offer) => offer.toLowerCase().startsWith(folded)).sort();
}
