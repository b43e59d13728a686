/**
 * A terminal's screen as an SVG picture: what `tmux capture-pane -e` prints, with its colours.
 *
 * @module
 */
import stringWidth from "string-width";
import { styledLines, type StyledRun, type TextStyle } from "./styled_lines.ts";

/** Options for {@linkcode terminalSvg}. */
export interface TerminalSvgOptions {
  /** Width of the terminal, in character cells. */
  readonly columns: number;
  /** What the window's title bar shows. */
  readonly title: string;
  /** Text alternative, for screen readers. */
  readonly description: string;
  /** Draws a cursor behind the last text. */
  readonly hasCursor?: boolean;
}

const CELL = { width: 9, height: 20, baseline: 15 } as const;
const FONT_SIZE = 15;
const PADDING = 16;
const TITLE_HEIGHT = 36;
const FONTS = "ui-monospace, 'Cascadia Mono', 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', " +
  "'Liberation Mono', monospace";
const WINDOW = {
  background: "#16181d",
  bar: "#23262d",
  text: "#d6d9de",
  faint: "#8b919b",
} as const;

/** The picture, as the text of an SVG file. */
export function terminalSvg(capture: string, options: TerminalSvgOptions): string {
  const { columns, title, description, hasCursor = false } = options;
  const lines = styledLines(capture);
  const width = columns * CELL.width + 2 * PADDING;
  const height = TITLE_HEIGHT + lines.length * CELL.height + 2 * PADDING;
  const dots = ["#e06c75", "#e0b65c", "#8cc265"].map((color, at) =>
    `<circle cx="${20 + at * 20}" cy="18" r="6" fill="${color}"/>`
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="description">${escaped(description)}</desc>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${WINDOW.background}"/>`,
    `<path d="M0 ${TITLE_HEIGHT}V8a8 8 0 0 1 8-8H${width - 8}a8 8 0 0 1 8 8V${TITLE_HEIGHT}Z" ` +
    `fill="${WINDOW.bar}"/>`,
    ...dots,
    `<text x="${width / 2}" y="23" text-anchor="middle" fill="${WINDOW.faint}" ` +
    `font-family="system-ui, sans-serif" font-size="13">${escaped(title)}</text>`,
    `<g font-family="${FONTS}" font-size="${FONT_SIZE}" fill="${WINDOW.text}">`,
    ...lines.flatMap(lineShapes),
    ...(hasCursor ? [cursorShape(lines)] : []),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

/** Each run stands in its own cells, whatever font there is. */
function lineShapes(runs: readonly StyledRun[], row: number): string[] {
  let column = 0;
  return runs.flatMap(({ text, style }) => {
    const start = column;
    const cells = stringWidth(text);
    column += cells;
    const { foreground, background } = inked(style);
    const looks = [
      ...(foreground === undefined ? [] : [`fill="${foreground}"`]),
      ...(style.bold ? ['font-weight="bold"'] : []),
      ...(style.dim ? ['opacity="0.6"'] : []),
      ...(style.italic ? ['font-style="italic"'] : []),
      ...(style.underline ? ['text-decoration="underline"'] : []),
    ];
    return [
      ...(background === undefined ? [] : [box(start, row, cells, `fill="${background}"`)]),
      ...wordGroups(text).map(({ words, before }) => {
        const { x, y } = cellAt(start + before, row);
        const place = `x="${x}" y="${y + CELL.baseline}" ` +
          `textLength="${stringWidth(words) * CELL.width}"`;
        return `<text ${[place, ...looks].join(" ")}>${escaped(words)}</text>`;
      }),
    ];
  });
}

/** Text without the spaces that SVG would drop: those at its ends, and where there are several. */
function wordGroups(text: string): { readonly words: string; readonly before: number }[] {
  return [...text.matchAll(/\S+(?: \S+)*/g)].map(({ 0: words, index }) => ({
    words,
    before: stringWidth(text.slice(0, index)),
  }));
}

function cursorShape(lines: readonly (readonly StyledRun[])[]): string {
  const last = lines.at(-1) ?? [];
  const column = stringWidth(last.map(({ text }) => text).join(""));
  return box(column, Math.max(0, lines.length - 1), 1, 'opacity="0.7"');
}

function box(column: number, row: number, cells: number, looks: string): string {
  const { x, y } = cellAt(column, row);
  const size = `width="${cells * CELL.width}" height="${CELL.height}"`;
  return `<rect x="${x}" y="${y}" ${size} ${looks}/>`;
}

function cellAt(column: number, row: number): { readonly x: number; readonly y: number } {
  return { x: PADDING + column * CELL.width, y: TITLE_HEIGHT + PADDING + row * CELL.height };
}

/** The two colours that are drawn; `reverse` exchanges them. */
function inked({ foreground, background, reverse }: TextStyle): {
  readonly foreground: string | undefined;
  readonly background: string | undefined;
} {
  if (!reverse) return { foreground, background };
  return {
    foreground: background ?? WINDOW.background,
    background: foreground ?? WINDOW.text,
  };
}

/** Text as XML holds it. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
