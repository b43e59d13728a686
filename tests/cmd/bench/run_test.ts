import assert from "node:assert/strict";
import { BenchError } from "../../../cmd/bench/load_client.ts";
import { type BenchOptions, runBench } from "../../../cmd/bench/run.ts";
import { tinyIrcServer } from "./tiny_irc_server.ts";

const OPTIONS: Omit<BenchOptions, "port"> = {
  hostname: "127.0.0.1",
  tls: false,
  clients: 3,
  seconds: 1,
  rate: 40,
  senders: 2,
  textBytes: 40,
  accounts: false,
  signal: new AbortController().signal,
};

Deno.test("runBench() counts every delivery and times it", async () => {
  await using server = await tinyIrcServer();
  const result = await runBench({ ...OPTIONS, port: server.port });
  assert.deepEqual([result.sent, result.delivered, result.expected], [40, 80, 80]);
  assert.ok(result.latency.p50 > 0 && result.latency.p50 <= result.latency.max);
  assert.equal(result.seconds[0]?.deliveries, 80);
  assert.deepEqual(result.failures, []);
  assert.ok(server.commands.includes("PONG"));
});

Deno.test("runBench() notices what was lost", async () => {
  await using server = await tinyIrcServer({ loses: (text) => text.includes(":00000007") });
  const { delivered, expected } = await runBench({ ...OPTIONS, port: server.port, drainMs: 3_000 });
  assert.equal(expected - delivered, 2);
});

Deno.test("runBench() makes accounts when asked, and drops them", async () => {
  await using server = await tinyIrcServer();
  await runBench({ ...OPTIONS, port: server.port, accounts: true, rate: 1 });
  assert.equal(server.commands.filter((command) => command === "REGISTER").length, 3);
  assert.equal(server.commands.filter((command) => command === "NS").length, 3);
});

Deno.test("runBench() says why the server does not take it", async () => {
  for (
    const [refusal, fault] of [
      ["ERROR :Closing Link: server is full (20 of 20 slots in use)", "full"],
      [":tiny 433 * bench :Nickname is already in use", "refused"],
      ["FAIL JOIN ACCOUNT_REQUIRED #a :Sign in to join rooms", "needs-account"],
    ] as const
  ) {
    await using server = await tinyIrcServer({ refusal });
    await assert.rejects(runBench({ ...OPTIONS, port: server.port }), (error) => {
      assert.ok(error instanceof BenchError);
      assert.equal(error.fault, fault);
      return true;
    });
  }
});

Deno.test("runBench() reports an unreachable server, and stops on its signal", async () => {
  await using server = await tinyIrcServer();
  const stopped = AbortSignal.abort(new DOMException("Stopped", "AbortError"));
  await assert.rejects(runBench({ ...OPTIONS, port: server.port, signal: stopped }), {
    name: "AbortError",
  });
  const { port } = server;
  await server[Symbol.asyncDispose]();
  await assert.rejects(runBench({ ...OPTIONS, port }), { fault: "unreachable" });
});
