/**
 * A plot of latency over time, as SVG.
 *
 * @module
 */
import type { BenchSecond } from "./run.ts";

/** Options for {@linkcode plotLatency}. */
export interface PlotOptions {
  /** Title above the plot; any text. */
  readonly title: string;
  /** The points, in order; seconds without deliveries are left out. */
  readonly seconds: readonly BenchSecond[];
}

const WIDTH = 800;
const HEIGHT = 400;
const LEFT = 70;
const RIGHT = 90;
const TOP = 50;
const BOTTOM = 50;
const LINES = [
  { key: "p50", colour: "#1b7f4b" },
  { key: "p90", colour: "#1f5fa8" },
  { key: "p99", colour: "#b3541e" },
  { key: "max", colour: "#888888" },
] as const;
const STEPS = [1, 2, 5];

/**
 * Draws one line for each percentile, a point a second.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { plotLatency } from "./plot.ts";
 * const svg = plotLatency({
 *   title: "20 clients",
 *   seconds: [{ second: 0, deliveries: 10, p50: 1, p90: 2, p99: 3, max: 4 }],
 * });
 * assert.match(svg, /^<svg .*<\/svg>\n$/s);
 * ```
 */
export function plotLatency({ title, seconds }: PlotOptions): string {
  const measured = seconds.filter((second) => second.deliveries > 0);
  const top = niceTop(Math.max(0, ...measured.map((second) => second.max)));
  const last = Math.max(1, ...seconds.map(({ second }) => second));
  const x = (second: number) => round(LEFT + (WIDTH - LEFT - RIGHT) * second / last);
  const y = (ms: number) => round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * ms / top);
  const grid = ticks(top).map((ms) =>
    `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(ms)}" y2="${y(ms)}"/>` +
    `<text x="${LEFT - 8}" y="${y(ms) + 4}" text-anchor="end">${ms}</text>`
  );
  const times = ticks(last).filter(Number.isInteger).map((second) =>
    `<text x="${x(second)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${second}</text>`
  );
  const lines = LINES.map(({ key, colour }, index) => {
    const points = measured.map((second) => `${x(second.second)},${y(second[key])}`).join(" ");
    const legendY = TOP + 20 * index;
    return `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points}"/>` +
      `<line x1="${WIDTH - RIGHT + 12}" x2="${
        WIDTH - RIGHT + 32
      }" y1="${legendY}" y2="${legendY}"` +
      ` stroke="${colour}" stroke-width="2"/>` +
      `<text x="${WIDTH - RIGHT + 38}" y="${legendY + 4}">${key}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"` +
    ` aria-label="${escapeXml(title)}">
<style>text{font:12px sans-serif;fill:#222}.grid{stroke:#ddd}</style>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
<text x="${LEFT}" y="24" style="font-size:15px">${escapeXml(title)}</text>
<text x="${LEFT}" y="${TOP - 10}">latency in ms</text>
<text x="${WIDTH - RIGHT}" y="${HEIGHT - 10}" text-anchor="end">time in s</text>
${[...grid, ...times, ...lines].join("\n")}
</svg>
`;
}

/** Round values from 0 to `top`, five or so. */
function ticks(top: number): number[] {
  const step = niceTop(top / 5);
  return Array.from({ length: Math.floor(top / step + 1e-9) + 1 }, (_, i) => round(i * step));
}

/** The next of 1, 2, 5, 10, 20, ... (and 0.1, 0.2, 0.5) that is not below `value`. */
function niceTop(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return (STEPS.find((step) => step * power >= value - 1e-9) ?? 10) * power;
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
