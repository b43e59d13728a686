import assert from "node:assert/strict";
import { serveMetrics } from "../../../../core/server/watch/metrics_door.ts";
import { StoreError } from "../../../../core/store/store.ts";
import { PASSWORD, type Serving, serving } from "../serving.ts";

/** Samples by name and labels, as `/metrics` shows them. */
async function scrape(port: number): Promise<Map<string, number>> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  assert.match(response.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  const samples = new Map<string, number>();
  for (const line of (await response.text()).split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const at = line.lastIndexOf(" ");
    samples.set(line.slice(0, at), Number(line.slice(at + 1)));
  }
  return samples;
}

function watched(chat: Serving) {
  return serveMetrics(chat.server, { hostname: "127.0.0.1", port: 0 });
}

Deno.test("/metrics counts what happens", async () => {
  await using chat = await serving({ slots: 30 });
  await using metrics = await watched(chat);
  await chat.register("amy");
  const amy = await chat.enter("amy", { password: PASSWORD });
  const bob = await chat.enter("bob");
  bob.say("JOIN #lobby");
  await bob.expect(/ 366 /);
  const carol = await chat.connect({ plain: true });
  carol.say("carol");
  await carol.expect(/You are in/);
  const before = await scrape(metrics.port);
  amy.say("PRIVMSG #lobby :one", "PRIVMSG #lobby :two", "PRIVMSG bob :three");
  await bob.expect(/three/);
  await carol.expect(/two/);
  const wrong = await chat.connect();
  wrong.say("PASS amy:wrong-password", "NICK amy", "USER a 0 * :a");
  await wrong.untilClosed();
  const after = await scrape(metrics.port);
  const grown = (name: string) => (after.get(name) ?? NaN) - (before.get(name) ?? NaN);
  const grew = {
    'chat_messages_total{to="room"}': 2,
    'chat_messages_total{to="user"}': 1,
    "chat_deliveries_total": 5,
    'chat_sign_ins_total{result="wrong"}': 1,
    'chat_sign_ins_total{result="ok"}': 0,
    'chat_connections_total{door="irc"}': 1,
  };
  for (const [name, count] of Object.entries(grew)) assert.equal(grown(name), count, name);
  assert.equal(after.get("chat_slots"), 30);
  assert.equal(after.get('chat_connections{door="ptchat",transport="tcp"}'), 1);
  assert.equal(after.get("chat_users"), 3);
  assert.equal(after.get('chat_registrations_total{result="ok"}'), 1);
  assert(grown("chat_received_bytes_total") > 100);
  assert(grown("chat_sent_bytes_total") > 100);
  assert((after.get("chat_store_commit_seconds_count") ?? 0) >= 1);
  assert.equal(
    after.get('chat_store_commit_seconds_bucket{le="+Inf"}'),
    after.get("chat_store_commit_seconds_count"),
  );
  for (const [name, value] of after) assert(Number.isFinite(value), `${name} ${value}`);
});

Deno.test("/metrics tells why connections were turned away", async () => {
  await using chat = await serving({ slots: 1 });
  await using metrics = await watched(chat);
  await chat.enter("amy");
  await (await chat.connect()).untilClosed();
  chat.server.context.bans.add({
    kind: "address",
    mask: "127.0.0.2",
    reason: "",
    by: "test",
    forMs: undefined,
  });
  await (await chat.connect({ from: "127.0.0.2" })).untilClosed();
  const samples = await scrape(metrics.port);
  assert.equal(samples.get('chat_refused_total{reason="full"}'), 1);
  assert.equal(samples.get('chat_refused_total{reason="banned"}'), 1);
});

Deno.test("/healthz and /readyz answer for the process and for its work", async () => {
  await using chat = await serving();
  await using metrics = await watched(chat);
  const ask = async (path: string, method = "GET") => {
    const response = await fetch(`http://127.0.0.1:${metrics.port}${path}`, { method });
    return `${response.status} ${(await response.text()).trim()}`;
  };
  assert.equal(await ask("/healthz"), "200 ok");
  assert.equal(await ask("/readyz"), "200 ok");
  assert.equal(await ask("/"), "404 There are /metrics, /healthz and /readyz");
  assert.equal(await ask("/metrics", "POST"), "405 Only GET is answered");
  const commit = chat.store.history.commit.bind(chat.store.history);
  chat.store.history.commit = () => {
    throw new StoreError("disk-full", "disk is full");
  };
  const amy = await chat.enter("amy");
  amy.say("JOIN #lobby", "PRIVMSG #lobby :hello");
  await amy.sync();
  assert.equal(await ask("/readyz"), "503 history cannot be written");
  assert.equal(await ask("/healthz"), "200 ok");
  chat.store.history.commit = commit;
  await chat.server.stop("Over");
  assert.equal(await ask("/readyz"), "503 stopping");
});
