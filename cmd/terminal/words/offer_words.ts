/** Events of files, sound and picture, in words. @module */
import {
  type LeftOutFile,
  type OfferNames,
  type StreamEnding,
  type TransferEndedEvent,
  type TransferFailure,
} from "../../../core/client/mod.ts";
import { fileFaultText } from "./peer_text.ts";
import { peerFailureText, problemText } from "./problem_text.ts";

/** The other party of an offer, as it follows its name: `from bob`, `to bob`. */
export function offerPartyText(
  { own, from, to }: { readonly own: boolean; readonly from: string; readonly to: string },
): string {
  return own ? `to ${to}` : `from ${from}`;
}

/** The names of an offer, shortened. */
export function namesText({ names, files }: OfferNames): string {
  const [first = "nothing"] = names;
  if (names.length === 1) return first;
  return `${first} and more${files === undefined ? "" : ` (${files} files)`}`;
}

const LEFT_OUT: Readonly<Record<LeftOutFile["reason"], string>> = {
  "link": "a link, which is not followed",
  "dangling-link": "a link that leads nowhere",
  "not-a-file": "neither a file nor a folder",
  "unreadable": "cannot be read",
  "path-too-long": "its path is too long",
  "too-deep": "in too many folders",
};

/** A file that is left out of an offer. */
export function leftOutText({ path, reason, target }: LeftOutFile): string {
  return `${path}${target === undefined ? "" : ` -> ${target}`}: ${LEFT_OUT[reason]}`;
}

/** The reason for an incomplete transfer. */
export function transferEndedText(event: TransferEndedEvent): string {
  const hope = event.code === "transfer-lost"
    ? ". Offered again, it continues where it stopped"
    : "";
  return `${namesText(event)} ${offerPartyText(event)}: ${failureText(event.failure)}${hope}`;
}

function failureText(failure: TransferFailure): string {
  switch (failure.kind) {
    case "problem":
      return problemText(failure.problem);
    case "peer":
      return peerFailureText(failure.failure);
    case "nothing-through": {
      const { first, count } = failure;
      const more = count > 1 ? ` (and ${count - 1} more)` : "";
      return `Nothing of it went through: ${first.path} ${fileFaultText(first.fault)}${more}`;
    }
  }
}

/** How a stream ended. */
export function streamEndText(ending: StreamEnding): string {
  const { other } = ending;
  switch (ending.end) {
    case "done":
      return "complete";
    case "withdrawn":
      return `taken back by ${other}`;
    case "lost":
      return `the link to ${other} was lost`;
    case "stopped":
      return ending.by === "us" ? "stopped" : `stopped by ${other}`;
    case "rejected":
      if (ending.by === "us") return "rejected";
      return `rejected by ${other}${ending.text === "rejected" ? "" : `: ${ending.text}`}`;
    case "failed":
      return ending.message ?? `it failed on the side of ${other}`;
  }
}
