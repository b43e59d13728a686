import assert from "node:assert/strict";
import { errorText, lossText, problemText } from "../../../../cmd/terminal/words/problem_text.ts";
import { ClientError, type ClientProblem, codeOfProblem } from "../../../../core/client/mod.ts";

const PROBLEMS: readonly [problem: ClientProblem, code: string, text: string][] = [
  [
    { kind: "cannot-dial", server: "a:1", failure: { kind: "not-tls" } },
    "could-not-connect",
    "Cannot connect to a:1: it does not answer with TLS",
  ],
  [
    { kind: "registration-refused", isFull: true, text: "server is full" },
    "server-full",
    "server is full",
  ],
  [
    { kind: "connection-lost", reason: { kind: "too-many-batches", max: 32 } },
    "disconnected",
    "The connection to the server was lost: Cannot hold more than 32 open batches",
  ],
  [
    { kind: "no-answer", command: "JOIN" },
    "timeout",
    "The server did not answer JOIN in time",
  ],
  [{ kind: "no-answer", command: undefined }, "timeout", "The server did not answer in time"],
  [
    { kind: "already-signed-in", account: "amy" },
    "already-signed-in",
    "Signed in as amy: /logout first",
  ],
  [
    { kind: "queue-full", waiting: 100, text: "hi" },
    "queue-full",
    'Not connected, and 100 lines wait already: "hi" is not sent',
  ],
  [
    {
      ...{ kind: "not-delivered", to: "bob", untrusted: false },
      failure: { kind: "verified-but-silent" },
    },
    "not-delivered",
    "Not delivered to bob: their client does not answer, and messages to a verified person never go " +
    "through the server",
  ],
  [
    { kind: "no-such-offer", number: undefined, wanted: "end" },
    "no-such-offer",
    "Nothing is offered or under way",
  ],
  [
    { kind: "no-such-stream", number: 3 },
    "no-such-stream",
    "There is no stream 3 to do that with",
  ],
  [{ kind: "unexpected", message: "a bug" }, "failed", "a bug"],
];

Deno.test("each problem has its code for programs and its sentence for people", () => {
  for (const [problem, code, text] of PROBLEMS) {
    assert.deepEqual([codeOfProblem(problem), problemText(problem)], [code, text]);
    assert.equal(errorText(new ClientError(problem)), text);
  }
});

Deno.test("lossText() says what the server said last, or what became of the connection", () => {
  assert.equal(lossText({ kind: "hung-up" }), "the server hung up");
  assert.equal(lossText({ kind: "server-said", text: "Banned" }), "Banned");
  assert.equal(
    lossText({ kind: "bad-line", fault: "not-utf8" }),
    "the server sent a line that is not UTF-8",
  );
  assert.equal(
    lossText({ kind: "problem", problem: { kind: "not-connected" } }),
    "Not connected to the server",
  );
});
