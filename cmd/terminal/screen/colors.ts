/** Colours of the terminal face: SGR sequences, or none with `NO_COLOR`. @module */

/** Colours text. */
export interface Palette {
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  /** For a line that mentions us. */
  highlight(text: string): string;
  /** The same colour for the same nickname, always. */
  nick(nick: string): string;
}

// Readable on dark and on light backgrounds; without red, green and yellow, which have a meaning.
const NICK_COLORS = [
  ...[33, 37, 38, 62, 63, 67, 68, 69, 73, 97, 98, 99],
  ...[103, 104, 105, 132, 133, 134, 139, 140, 141, 168, 169, 170, 175, 176],
] as const;

const PLAIN: Palette = {
  dim: (text) => text,
  red: (text) => text,
  green: (text) => text,
  yellow: (text) => text,
  highlight: (text) => text,
  nick: (nick) => nick,
};

const COLORED: Palette = {
  dim: (text) => `\x1b[2m${text}\x1b[22m`,
  red: (text) => `\x1b[31m${text}\x1b[39m`,
  green: (text) => `\x1b[32m${text}\x1b[39m`,
  yellow: (text) => `\x1b[33m${text}\x1b[39m`,
  highlight: (text) => `\x1b[1;33m${text}\x1b[22;39m`,
  nick: (nick) => `\x1b[38;5;${nickColor(nick)}m${nick}\x1b[39m`,
};

/** The palette to use; https://no-color.org is respected. */
export function paletteFor(noColor: string | undefined): Palette {
  return noColor ? PLAIN : COLORED;
}

/** The colour number of a nickname, whatever its case (FNV-1a). */
export function nickColor(nick: string): number {
  let hash = 0x811c9dc5;
  for (const character of nick.toLowerCase()) {
    hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193) >>> 0;
  }
  return NICK_COLORS[hash % NICK_COLORS.length]!;
}
