import assert from "node:assert/strict";
import {
  formatPin,
  offerFilesProblemText,
  peerProblemText,
} from "../../../../cmd/terminal/words/peer_text.ts";
import { peerFailureText } from "../../../../cmd/terminal/words/problem_text.ts";
import { toPeerFailure } from "../../../../core/client/people/peer_failure.ts";
import { PeerError } from "../../../../core/peer/mod.ts";

const account = "bob";

Deno.test("peerProblemText() says who has no link, and why", () => {
  const pin = "0123456789abcdef".repeat(4);
  assert.deepEqual(
    [
      peerProblemText({ kind: "no-answer", account }),
      peerProblemText({ kind: "untrusted", account, pin }),
      peerProblemText({ kind: "call-refused", account, reason: "busy" }),
      peerProblemText({ kind: "hello-refused", reason: "ticket" }),
      peerProblemText({ kind: "own-account" }),
      peerProblemText({ kind: "protocol", account, message: "Not JSON" }),
      peerProblemText({ kind: "link-ended", account, end: { kind: "silent" } }),
      peerProblemText({ kind: "link-ended", account, end: { kind: "failed", message: "reset" } }),
    ],
    [
      "No answer from the client of bob",
      `The key of bob has changed: ${formatPin(pin)} is not the one known`,
      "bob refused: busy",
      "The other client turned the hello down: ticket",
      "Cannot open a link to oneself",
      "bob: Not JSON",
      "The link to bob ended: the other side does not answer",
      "The link to bob ended: reset",
    ],
  );
});

Deno.test("offerFilesProblemText() names the path that cannot be offered", () => {
  const source = "/no/such/file";
  assert.deepEqual(
    [
      offerFilesProblemText({ kind: "missing", source }),
      offerFilesProblemText({ kind: "unreadable", source }),
      offerFilesProblemText({ kind: "unreadable", source, detail: "a link to nowhere" }),
      offerFilesProblemText({ kind: "not-a-file", source, fileKind: "pipe" }),
      offerFilesProblemText({ kind: "too-many-files", max: 7 }),
    ],
    [
      "It is not there: /no/such/file",
      "It cannot be read: /no/such/file",
      "It cannot be read: /no/such/file (a link to nowhere)",
      "Neither a file nor a folder: /no/such/file (it is a pipe)",
      "More than 7 files in one transfer",
    ],
  );
});

Deno.test("peerFailureText() lists each attempt to reach an unreachable user", () => {
  const cause = new AggregateError([new Error("192.0.2.1:4000: refused"), new Error("no relay")]);
  const error = new PeerError({ kind: "unreachable", account }, { cause });
  assert.equal(
    peerFailureText(toPeerFailure(error, account)),
    "Cannot reach bob: 192.0.2.1:4000: refused; no relay",
  );
});
