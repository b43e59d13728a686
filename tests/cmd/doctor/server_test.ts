import assert from "node:assert/strict";
import dgram from "node:dgram";
import { once } from "node:events";
import type { Finding } from "../../../cmd/doctor/finding.ts";
import { type ExamineOptions, examineServer } from "../../../cmd/doctor/server.ts";
import { askByUdp } from "../../../cmd/doctor/udp.ts";
import { PASSWORD, serving } from "../../core/server/serving.ts";

async function examine(options: Partial<ExamineOptions> & { port: number }): Promise<Finding[]> {
  return await Array.fromAsync(examineServer({ hostname: "127.0.0.1", tls: true, ...options }));
}

/** The PTCHAT door greets silent clients. */
const GREETING = { doorMs: 500 };

const states = (findings: readonly Finding[]) =>
  Object.fromEntries(findings.map(({ check, state }) => [check, state]));

Deno.test("examineServer() finds nothing wrong with a server of ours", async () => {
  await using chat = await serving({ deadlines: GREETING });
  await chat.register("amy");
  const signIn = { name: "amy", password: PASSWORD };
  const findings = await examine({ port: chat.port, signIn });
  assert.deepEqual(states(findings), {
    "name": "fine",
    "port": "fine",
    "TLS": "fine",
    "certificate": "fine",
    "validity": "doubtful", // it is valid for a day
    "names": "fine",
    "fingerprint": "fine",
    "IRC door": "fine",
    "sign-in": "fine",
    "web door": "fine",
    "line door": "fine",
    "relay door": "fine",
  });
  assert.match(findings.find(({ check }) => check === "sign-in")?.text ?? "", /^as amy: /);
});

Deno.test("examineServer() asks the port without encryption by UDP as well, and leaves nothing behind", async () => {
  await using chat = await serving({ deadlines: GREETING });
  const findings = await examine({ port: chat.plainPort, tls: false });
  assert.deepEqual(states(findings), {
    "name": "fine",
    "port": "fine",
    "IRC door": "fine",
    "sign-in": "fine",
    "web door": "fine",
    "line door": "fine",
    "UDP door": "fine",
  });
  await chat.until(() => chat.server.context.slots.used === 0);
});

async function hangUp(listener: Deno.Listener): Promise<void> {
  for await (const connection of listener) connection.close();
}

/** A port that is ours by TCP, where we hang up, and by UDP, where nobody has anything to say. */
async function ownPort() {
  for (;;) {
    const udp = dgram.createSocket("udp4");
    udp.bind(0, "127.0.0.1");
    await once(udp, "listening");
    const { port } = udp.address();
    try {
      const tcp = Deno.listen({ hostname: "127.0.0.1", port });
      void hangUp(tcp);
      const close = () => {
        udp.close();
        tcp.close();
      };
      return { port, udp, [Symbol.dispose]: close };
    } catch (error) {
      udp.close();
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}

Deno.test("examineServer() doubts a port that is deaf to UDP, or answers something else", async () => {
  using own = await ownPort();
  const findings = await examine({ port: own.port, tls: false });
  const deaf = findings.find(({ check }) => check === "UDP door");
  assert.equal(deaf?.state, "doubtful");
  assert.match(deaf.text, /^no answer on \d+: .* \(nc -u will not work\)$/);
  own.udp.on("message", (_, { port, address }) => own.udp.send("pong", port, address));
  const asking = { address: "127.0.0.1", port: own.port, signal: new AbortController().signal };
  await assert.rejects(askByUdp(asking), /^Error: something else answers there: pong$/);
});

Deno.test("examineServer() says that a password is wrong and a certificate has expired", async () => {
  await using chat = await serving({ deadlines: GREETING });
  await chat.register("amy");
  const signIn = { name: "amy", password: "wrong" };
  const findings = await examine({ port: chat.port, signIn, nowMs: Date.now() + 10 * 86_400_000 });
  const { "sign-in": signedIn, validity } = states(findings);
  assert.deepEqual([signedIn, validity], ["broken", "broken"]);
});

Deno.test("examineServer() says that a server is full, at every door", async () => {
  await using chat = await serving({ slots: 1, deadlines: { refusalMs: 2_000 } });
  await chat.enter("amy");
  const findings = await examine({ port: chat.port });
  for (const check of ["IRC door", "sign-in", "web door", "line door"]) {
    const found = findings.find((finding) => finding.check === check);
    assert.equal(found?.state, "broken", check);
    const words = check === "web door" ? /^answers 503 / : /^refused: server is full \(1 of 1/;
    assert.match(found.text, words);
  }
});

Deno.test("examineServer() stops where it gets no further", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  assert.deepEqual(states(await examine({ port })), { name: "fine", port: "broken" });
  assert.deepEqual(states(await examine({ port, hostname: "no.such.invalid" })), {
    name: "broken",
  });
});

Deno.test("examineServer() says that a port does not speak TLS, or speaks another protocol", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const serving = (async () => {
    for await (const connection of listener) {
      await connection.write(new TextEncoder().encode("220 mail.example.org ESMTP\r\n"));
      connection.close();
    }
  })();
  const overTls = states(await examine({ port }));
  const plain = states(await examine({ port, tls: false }));
  listener.close();
  await serving;
  assert.equal(overTls["TLS"], "broken");
  assert.equal(plain["IRC door"], "broken");
});
