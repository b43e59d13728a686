import assert from "node:assert/strict";
import { ClientError, type ClientFault, type ClientProblem } from "../../../../core/client/mod.ts";
import { BatchCollector } from "../../../../core/client/session/batches.ts";
import { REQUEST_TIMEOUT_MS, Requests } from "../../../../core/client/session/requests.ts";
import { FakeClock } from "../../peer/fake_clock.ts";
import { line } from "../support.ts";

function makeRequests(hasLabels: boolean) {
  const sent: string[] = [];
  const clock = new FakeClock();
  const requests = new Requests({
    clock,
    hasLabels: () => hasLabels,
    send: (text) => sent.push(text),
  });
  const batches = new BatchCollector();
  const receive = (...lines: string[]) =>
    lines.map((text) => {
      const unit = batches.accept(line(text));
      return unit !== undefined && requests.accept(unit);
    });
  return { requests, sent, clock, receive };
}

/** What the server says, as a problem. */
const refusal = (
  fault: ClientFault,
  { code = fault, subject, text }: { code?: string; subject?: string; text: string },
): ClientProblem => ({ kind: "server-refusal", fault, code, subject, text });

Deno.test("Requests with labels", async (t) => {
  await t.step("match answers by label, whatever comes first", async () => {
    const { requests, sent, receive } = makeRequests(true);
    const one = requests.start({ command: "VERSION" });
    const two = requests.start({ command: "LUSERS" });
    assert.deepEqual(sent, ["@label=c1 VERSION", "@label=c2 LUSERS"]);
    assert.deepEqual(receive("@label=c2 :srv 251 me :2 users", ":amy!a@h PRIVMSG me :hi"), [
      true,
      false,
    ]);
    receive("@label=c1 BATCH +x labeled-response", "@batch=x :srv 351 me chat srv", "BATCH -x");
    assert.deepEqual((await two).map(({ command }) => command), ["251"]);
    assert.deepEqual((await one).map(({ command }) => command), ["BATCH", "351"]);
  });

  await t.step("fail with what the server refuses", async () => {
    const { requests, receive } = makeRequests(true);
    const refused = requests.start({ command: "JOIN", params: ["#a"] });
    receive("@label=c1 :srv 403 me #a :No such room");
    await assert.rejects(refused, {
      problem: refusal("no-such-room", { subject: "#a", text: "No such room" }),
    });
    const failed = requests.start({ command: "REGISTER", params: ["amy", "*", "x"] });
    receive("@label=c2 FAIL REGISTER WEAK_PASSWORD amy :Too short");
    await assert.rejects(failed, {
      problem: refusal("refused", { code: "weak-password", text: "Too short" }),
    });
  });

  await t.step("label the first line of a batch alone", () => {
    const { requests, sent } = makeRequests(true);
    requests.start({ command: "BATCH", params: ["+m", "x"] }, { command: "BATCH", params: ["-m"] })
      .catch(() => {}); // it is never answered
    assert.deepEqual(sent, ["@label=c1 BATCH +m x", "BATCH -m"]);
    requests.end(new ClientError({ kind: "not-connected" }));
  });

  await t.step("send nothing that cannot be a line", async () => {
    const { requests, sent } = makeRequests(true);
    await assert.rejects(requests.start({ command: "NS", params: ["a b", "c"] }), TypeError);
    assert.deepEqual(sent, []);
  });
});

Deno.test("Requests without labels end at the answer to a PING behind them", async () => {
  const { requests, sent, receive } = makeRequests(false);
  const one = requests.start({ command: "VERSION" });
  const two = requests.start({ command: "JOIN", params: ["#a"] });
  assert.deepEqual(sent, ["VERSION", "PING c1", "JOIN #a", "PING c2"]);
  receive(":srv 351 me chat srv", ":amy!a@h PRIVMSG me :hi", ":srv PONG srv c1");
  receive(":srv 403 me #a :No", ":srv PONG srv c2");
  assert.deepEqual((await one).map(({ command }) => command), ["351"]);
  await assert.rejects(two, { fault: "no-such-room" });
});

Deno.test("Requests give up after a while, and take a late answer for nobody else's", async () => {
  for (const labels of [true, false]) {
    const { requests, clock, receive } = makeRequests(labels);
    const late = requests.start({ command: "VERSION" });
    late.catch(() => {}); // looked at below
    await clock.sleeping(REQUEST_TIMEOUT_MS);
    clock.advance(REQUEST_TIMEOUT_MS);
    await assert.rejects(late, { fault: "timeout" });
    const next = requests.start({ command: "LUSERS" });
    receive(labels ? "@label=c1 :srv 351 me x" : ":srv 351 me x", ":srv PONG srv c1");
    receive(labels ? "@label=c2 :srv 251 me y" : ":srv 251 me y", ":srv PONG srv c2");
    assert.deepEqual((await next).map(({ command }) => command), ["251"]);
  }
});

Deno.test("Requests fail when the connection is gone, and every later one", async () => {
  const { requests } = makeRequests(true);
  const open = requests.start({ command: "VERSION" });
  requests.end(new ClientError({ kind: "not-connected" }));
  await assert.rejects(open, { fault: "disconnected" });
  await assert.rejects(requests.start({ command: "VERSION" }), { fault: "disconnected" });
});
