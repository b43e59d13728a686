/**
 * What `tmux capture-pane -e` prints, as text and how it looks: SGR sequences are read, every other
 * control sequence is dropped.
 *
 * @module
 */

/** How a piece of text looks. Colours are `#rrggbb`; none means the terminal's own. */
export interface TextStyle {
  readonly foreground?: string;
  readonly background?: string;
  readonly bold?: true;
  readonly dim?: true;
  readonly italic?: true;
  readonly underline?: true;
  readonly reverse?: true;
}

/** Text of one style, within one line. */
export interface StyledRun {
  readonly text: string;
  readonly style: TextStyle;
}

const SET_BY: Readonly<Record<number, TextStyle>> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { reverse: true },
};
const CLEARED_BY: Readonly<Record<number, readonly (keyof TextStyle)[]>> = {
  22: ["bold", "dim"],
  23: ["italic"],
  24: ["underline"],
  27: ["reverse"],
  39: ["foreground"],
  49: ["background"],
};

/** The first 16 of xterm's 256 colours, softened for the dark window. */
const BASE_COLORS = [
  ...["#2b2f37", "#e06c75", "#8cc265", "#e0b65c", "#61a8ef", "#c678dd", "#56b6c2", "#d6d9de"],
  ...["#6b7280", "#ff7b86", "#a5e075", "#f0cc7a", "#7dbdff", "#de94f2", "#6fd3e0", "#ffffff"],
] as const;
const CUBE_STEPS = [0, 95, 135, 175, 215, 255] as const;

// A CSI sequence (its parameters and its last byte), or an OSC sequence up to its end.
// deno-lint-ignore no-control-regex -- these are what a terminal is driven by
const ESCAPES = /\x1b\[([0-9;:]*)([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|[\x00-\x1f\x7f]/g;

/**
 * The lines of a capture, without the empty ones at its end. A style holds until it is changed, from one line to the next
 * as well.
 */
export function styledLines(capture: string): StyledRun[][] {
  let style: TextStyle = {};
  const lines = capture.split("\n").map((line) => {
    const runs: StyledRun[] = [];
    let at = 0;
    const take = (end: number) => {
      if (end > at) runs.push({ text: line.slice(at, end), style });
    };
    for (const escape of line.matchAll(ESCAPES)) {
      take(escape.index);
      at = escape.index + escape[0].length;
      if (escape[2] === "m") style = restyled(style, escape[1] ?? "");
    }
    take(line.length);
    return runs;
  });
  return lines.slice(0, 1 + lines.findLastIndex((runs) => runs.length > 0));
}

/** The style after a sequence of SGR parameters (ECMA-48, 8.3.117); unknown ones change nothing. */
function restyled(style: TextStyle, parameters: string): TextStyle {
  const codes = parameters.split(";").map((code) => parseInt(code || "0")); // none at all is 0
  let next: TextStyle = style;
  while (codes.length > 0) {
    const code = codes.shift()!;
    if (code === 38) next = withColor(next, "foreground", extendedColor(codes));
    else if (code === 48) next = withColor(next, "background", extendedColor(codes));
    else next = applied(next, code);
  }
  return next;
}

function applied(style: TextStyle, code: number): TextStyle {
  if (code >= 30 && code <= 37) return withColor(style, "foreground", BASE_COLORS[code - 30]);
  if (code >= 90 && code <= 97) return withColor(style, "foreground", BASE_COLORS[code - 82]);
  if (code >= 40 && code <= 47) return withColor(style, "background", BASE_COLORS[code - 40]);
  if (code >= 100 && code <= 107) return withColor(style, "background", BASE_COLORS[code - 92]);
  if (code === 0) return {};
  const names = CLEARED_BY[code] ?? [];
  return { ...names.reduce(without, style), ...SET_BY[code] };
}

function without(style: TextStyle, name: keyof TextStyle): TextStyle {
  const { [name]: _gone, ...rest } = style;
  return rest;
}

/** Takes the rest of `38;5;N` or `38;2;R;G;B` from the codes. */
function extendedColor(codes: number[]): string | undefined {
  const kind = codes.shift();
  if (kind === 5) return indexedColor(codes.shift() ?? -1);
  if (kind === 2) return hex(codes.splice(0, 3));
  return undefined;
}

/** A colour of xterm's 256: 16 named ones, a cube of 6 x 6 x 6, 24 greys. */
function indexedColor(index: number): string | undefined {
  if (!(index >= 0 && index <= 255)) return undefined;
  if (index < 16) return BASE_COLORS[index];
  if (index >= 232) return hex(Array(3).fill(8 + (index - 232) * 10));
  const place = index - 16;
  const steps = [Math.floor(place / 36), Math.floor(place / 6) % 6, place % 6];
  return hex(steps.map((step) => CUBE_STEPS[step] ?? 0));
}

function hex(parts: readonly number[]): string | undefined {
  if (parts.length !== 3 || parts.some((part) => !(part >= 0 && part <= 255))) return undefined;
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function withColor(
  style: TextStyle,
  side: "foreground" | "background",
  color: string | undefined,
): TextStyle {
  return color === undefined ? style : { ...style, [side]: color };
}
