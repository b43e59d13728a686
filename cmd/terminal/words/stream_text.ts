/** Running streams of sound and picture, in words. @module */
import { formatCount, formatRemaining } from "./quantity_text.ts";
import type { StreamShown } from "./shown_event.ts";

/** The figures of a stream that are shown. */
export type Figures = Pick<
  StreamShown,
  "codec" | "bitsPerSecond" | "latencyMs" | "jitterMs" | "lost" | "late" | "dropped" | "receivers"
>;

/** The line of a stream's event. */
export function streamText(event: StreamShown): string {
  const { number, kind, from, to, state, reason = "" } = event;
  const head = `[${number}] ${kind} ${from} -> ${to}`;
  const time = formatRemaining(event.seconds ?? 0);
  switch (state) {
    case "started":
      return `${head} begins`;
    case "paused":
      return `${head}: ${reason}`;
    case "resumed":
      return `${head} continues`;
    case "stats":
      return `${head}: ${time}, ${figuresText(event)}`;
    case "ended": {
      const kept = event.path === undefined ? "" : `, kept as ${event.path}`;
      return `${head}: ${reason}${event.seconds ? ` after ${time}` : ""}${kept}`;
    }
  }
}

/** Codec, bit rate, latency, jitter, losses, as far as they are known; the most important first. */
export function figures(figures: Figures): string[] {
  const { codec = "", bitsPerSecond = 0, latencyMs, jitterMs = 0, receivers } = figures;
  const { lost = 0, late = 0, dropped = 0 } = figures;
  return [
    ...(codec === "" ? [] : [codec]),
    formatBitRate(bitsPerSecond),
    ...(receivers === undefined ? [] : [formatCount(receivers, "listener")]),
    ...(latencyMs === undefined ? [] : [`latency ${latencyMs.toFixed(0)} ms`]),
    `jitter ${jitterMs.toFixed(1)} ms`,
    `${lost} lost`,
    `${late} late`,
    ...(dropped === 0 ? [] : [`${dropped} dropped`]),
  ];
}

/** All of {@linkcode figures}. */
export function figuresText(all: Figures): string {
  return figures(all).join(", ");
}

/** `64 kbit/s`, `1.2 Mbit/s`. */
function formatBitRate(bitsPerSecond: number): string {
  const kilo = bitsPerSecond / 1_000;
  return kilo < 1_000 ? `${kilo.toFixed(0)} kbit/s` : `${(kilo / 1_000).toFixed(1)} Mbit/s`;
}
