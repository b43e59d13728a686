/** What core/peer reports, in words. @module */
import type { FailedFile, OfferFilesProblem } from "../../../core/peer/files/mod.ts";
import type { PeerProblem, TextLinkEnd } from "../../../core/peer/mod.ts";

/** The beginning of a pin: 16 of 64 hex digits. */
export function formatPin(pin: string): string {
  return `${pin.slice(0, 16)}...`;
}

const FILE_FAULTS: Readonly<Record<FailedFile["fault"], string>> = {
  unreadable: "could not be read",
  changed: "was changed meanwhile",
  unwritable: "could not be written",
  damaged: "arrived damaged",
};

/** What happened to a file, as the end of a sentence that begins with its name. */
export function fileFaultText(fault: FailedFile["fault"]): string {
  return FILE_FAULTS[fault];
}

/** Why files cannot be offered. */
export function offerFilesProblemText(problem: OfferFilesProblem): string {
  switch (problem.kind) {
    case "no-path":
      return "No path to send is given";
    case "missing":
      return `It is not there: ${problem.source}`;
    case "unreadable": {
      const { source, detail } = problem;
      return `It cannot be read: ${source}${detail === undefined ? "" : ` (${detail})`}`;
    }
    case "not-a-file":
      return `Neither a file nor a folder: ${problem.source} (it is a ${problem.fileKind})`;
    case "too-many-files":
      return `More than ${problem.max} files in one transfer`;
  }
}

/** Why there is no link, or it ended; for `unreachable`, the client adds the attempts. */
export function peerProblemText(problem: Exclude<PeerProblem, { kind: "unreachable" }>): string {
  switch (problem.kind) {
    case "no-answer":
      return `No answer from the client of ${problem.account}`;
    case "untrusted":
      return `The key of ${problem.account} has changed: ${
        formatPin(problem.pin)
      } is not the one known`;
    case "call-refused":
      return `${problem.account} refused: ${problem.reason}`;
    case "hello-refused":
      return `The other client turned the hello down: ${problem.reason}`;
    case "own-account":
      return "Cannot open a link to oneself";
    case "protocol":
      return `${problem.account}: ${problem.message}`;
    case "link-ended":
      return `The link to ${problem.account} ended: ${endText(problem.end)}`;
    case "service-closed":
      return "The peer service is closed";
    case "text-links-closed":
      return "The text links are closed";
  }
}

function endText(end: TextLinkEnd): string {
  switch (end.kind) {
    case "silent":
      return "the other side does not answer";
    case "bye":
      return "the other side said bye";
    case "closed-there":
      return "the other side closed it";
    case "closed-here":
      return "it was closed here";
    case "failed":
      return end.message;
  }
}
