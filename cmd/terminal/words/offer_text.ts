/** Offers, running transfers and finished ones, in words. @module */
import {
  type OfferEvent,
  type ProgressEvent,
  type TransferredEvent,
} from "../../../core/client/mod.ts";
import { fileFaultText } from "./peer_text.ts";
import { formatBytes, formatCount, formatRemaining } from "./quantity_text.ts";

/** Most names shown. */
const SHOWN_NAMES = 5;

/** The content of an offer: names, number of files, size. */
export function offerSummary(
  { kind, names, sizes, files, bytes }: Pick<
    OfferEvent,
    "kind" | "names" | "sizes" | "files" | "bytes"
  >,
): string {
  const sizeOf = (at: number) =>
    names.length > 1 && sizes?.[at] !== undefined ? ` (${formatBytes(sizes[at])})` : "";
  const shown = names.slice(0, SHOWN_NAMES).map((name, at) => name + sizeOf(at)).join(", ");
  const isMore = names.length > SHOWN_NAMES;
  const isMany = names.length > 1 || names[0]?.endsWith("/") === true;
  return [
    (kind === "file" ? "" : `${kind} `) + shown + (isMore ? ", ..." : ""),
    ...(isMany && files !== undefined ? [formatCount(files, "file")] : []),
    ...(bytes === undefined ? [] : [formatBytes(bytes)]),
  ].join(", ");
}

/** The line of an offer. */
export function offerText(event: OfferEvent): string {
  const what = offerSummary(event);
  if (event.call) return callText(event, what);
  return event.own
    ? `[${event.number}] Offered to ${event.to}: ${what}`
    : `[${event.number}] ${event.from} offers ${
      event.room === undefined ? "you" : `to ${event.room}`
    }: ` +
      `${what}. /accept ${event.number} or /reject ${event.number}`;
}

/** The line of one half of a call. */
function callText({ number, from, to, own, call }: OfferEvent, what: string): string {
  if (own) return `[${number}] ${call === "offer" ? `Calling ${to}` : `For ${to}`}: ${what}`;
  return call === "offer"
    ? `[${number}] ${from} calls you. /accept ${number} (they will hear your microphone) or /reject ${number}`
    : `[${number}] ${from} answers: ${what}`;
}

/** The line of a running transfer. */
export function progressText(
  { number, file, fileIndex, files, bytes, total, bytesPerSecond }: ProgressEvent,
): string {
  const percent = total === 0 ? 100 : Math.floor(bytes / total * 100);
  const left = timeLeft({ bytes, total, bytesPerSecond });
  return [
    `[${number}] [${bar(percent)}] ${percent}% of ${formatBytes(total)}`,
    `${formatBytes(bytesPerSecond)}/s`,
    ...(left === "" ? [] : [`${left} left`]),
    ...(files > 1 ? [`file ${fileIndex} of ${files}`] : []),
    file,
  ].join(", ");
}

/** Twenty ASCII characters, for logs. */
function bar(percent: number): string {
  return "#".repeat(Math.floor(percent / 5)).padEnd(20, ".");
}

/** The remaining time; empty when it is unknown. */
export function timeLeft(
  { bytes, total, bytesPerSecond }: Pick<ProgressEvent, "bytes" | "total" | "bytesPerSecond">,
): string {
  return bytesPerSecond > 0 ? formatRemaining((total - bytes) / bytesPerSecond) : "";
}

/** The lines of a finished transfer. */
export function transferredText(event: TransferredEvent): string[] {
  const { number, files, bytes, path, failed, sha256 } = event;
  const size = files === 1
    ? formatBytes(bytes)
    : `${formatCount(files, "file")}, ${formatBytes(bytes)}`;
  const done = event.event === "sent"
    ? `[${number}] ${event.to} has ${path} (${size})`
    : `[${number}] Received from ${event.from}: ${path} (${size})`;
  return [
    sha256 === undefined ? done : `${done} SHA-256 ${sha256}`,
    ...failed.slice(0, SHOWN_NAMES).map((file) =>
      `[${number}] Not complete: ${file.path} ${fileFaultText(file.fault)}`
    ),
    ...(failed.length > SHOWN_NAMES
      ? [`[${number}] ... and ${failed.length - SHOWN_NAMES} more`]
      : []),
  ];
}
