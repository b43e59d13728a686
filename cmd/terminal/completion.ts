/** What Tab offers on the input line. Pure. @module */
import type { FaceView } from "./face.ts";
import { findCommand } from "./input.ts";

/** Texts that replace the line from `from` to the cursor. */
export interface Candidates {
  readonly candidates: readonly string[];
  readonly from: number;
}

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
  if (word.startsWith("#")) {
    return { from, candidates: matching(word, view.rooms().map((room) => `${room} `)) };
  }
  if (word.startsWith("@")) {
    return { from, candidates: matching(word, view.people().map((nick) => `@${nick} `)) };
  }
  return { from, candidates: argument(start, word, view) };
}

function argument(start: string, word: string, view: FaceView): readonly string[] {
  const isFirstArgument = /^\/\S+$/.test(start);
  const spec = isFirstArgument ? findCommand(start.slice(1), view.commands) : undefined;
  switch (spec?.completes) {
    case "command":
      return matching(word, view.commands.map(({ name }) => `${name} `));
    case "room":
      return matching(word, view.rooms().map((room) => `${room} `));
    case "person":
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
