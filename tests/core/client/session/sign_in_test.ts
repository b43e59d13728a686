import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { errorText } from "../../../../cmd/terminal/words/problem_text.ts";
import { ScramServer } from "../../../../core/identity/scram.ts";
import type { Verifier } from "../../../../core/identity/verifier.ts";
import { madeVerifier } from "../../identity/made_verifier.ts";
import { ALL_CAPABILITIES, type ScriptedLine, ScriptedServer } from "../scripted_server.ts";
import { connectTo } from "../support.ts";

const decode = (base64: string) => new TextDecoder().decode(Uint8Array.fromBase64(base64));
const encode = (text: string) => new TextEncoder().encode(text).toBase64();

/** Connects to a server with these capabilities. */
async function connectedTo(server: ScriptedServer, capabilities: string) {
  const [{ client, events }, line] = await Promise.all([
    connectTo(server.address),
    server.accept().then(async (line) => {
      await line.welcome(capabilities);
      return line;
    }),
  ]);
  return { client, events, line };
}

/** The server's side of a SCRAM sign-in. */
async function scramServer(line: ScriptedLine, verifier: Verifier): Promise<void> {
  const server = new ScramServer({ verifierOf: () => verifier });
  await line.expect(/^AUTHENTICATE SCRAM-SHA-256$/);
  await line.send("AUTHENTICATE +");
  const first = await server.first(decode((await line.expect(/^AUTHENTICATE (.+)$/))[1] ?? ""));
  await line.send(`AUTHENTICATE ${encode(first.message)}`);
  const final = server.final(decode((await line.expect(/^AUTHENTICATE (.+)$/))[1] ?? ""));
  if (final.state === "failed") {
    return await line.send(":srv 904 guest0000 :Wrong name or password");
  }
  await line.send(`AUTHENTICATE ${encode(final.message)}`);
  const [, answer] = await line.expect(/^AUTHENTICATE ([+*])$/);
  if (answer === "*") return await line.send(":srv 906 guest0000 :SASL authentication aborted");
  await line.send(
    ":srv 900 amy amy!a@chat amy :You are now logged in",
    ":srv 903 amy :SASL authentication successful",
  );
}

Deno.test("ChatClient.login()", async (t) => {
  await t.step("signs in by SCRAM-SHA-256 where the server offers it, and tells", async () => {
    await using server = await ScriptedServer.start();
    const { client, events, line } = await connectedTo(server, "sasl=PLAIN,SCRAM-SHA-256");
    const login = client.own.login({ account: "amy", password: "correct horse" });
    await scramServer(line, await madeVerifier("correct horse"));
    await login;
    assert.equal(client.account, "amy");
    assert.deepEqual(events.of("signed-in"), [{ event: "signed-in", user: "amy" }]);
    assert(!line.received.join("\n").includes(encode("correct horse")));
    await client.quit();
  });

  await t.step("tells a wrong password from a server that does not know it", async () => {
    await using server = await ScriptedServer.start();
    const { client, line } = await connectedTo(server, "sasl=SCRAM-SHA-256");
    const wrong = client.own.login({ account: "amy", password: "wrong" });
    wrong.catch(() => {}); // looked at below
    await scramServer(line, await madeVerifier("correct horse"));
    await assert.rejects(wrong, (error) => errorText(error) === "Wrong name or password");

    const cheated = client.own.login({ account: "amy", password: "correct horse" });
    cheated.catch(() => {}); // looked at below
    const { serverKey: _, ...known } = await madeVerifier("correct horse");
    await scramServer(line, { ...known, serverKey: Buffer.alloc(32) });
    await assert.rejects(cheated, { fault: "server-not-verified" });
    assert.equal(client.account, undefined);
    await client.quit();
  });

  await t.step("signs in by PLAIN elsewhere, and knows throttles", async () => {
    await using server = await ScriptedServer.start();
    const { client, line } = await connectedTo(server, "sasl");
    const login = client.own.login({ account: "amy", password: "pw" });
    await line.expect(/^AUTHENTICATE PLAIN$/);
    await line.send("AUTHENTICATE +");
    const [, answer = ""] = await line.expect(/^AUTHENTICATE (.+)$/);
    assert.equal(decode(answer), "\0amy\0pw");
    await line.send(
      ":srv 904 guest0000 :SASL authentication failed: Too many attempts: wait 9 seconds",
    );
    await assert.rejects(login, { fault: "too-many-attempts" });
    await assert.rejects(login, (it) => errorText(it) === "Too many attempts: wait 9 seconds");
    await client.quit();
  });

  await t.step("sends nothing for what can be no account", async () => {
    await using server = await ScriptedServer.start();
    const { client, line } = await connectedTo(server, "sasl");
    await assert.rejects(client.own.login({ account: "a b", password: "pw" }), {
      fault: "bad-name",
    });
    await assert.rejects(client.own.login({ account: "amy", password: "" }), { fault: "refused" });
    await assert.rejects(client.own.login({ account: "amy", password: "a\r\nQUIT" }), {
      fault: "refused",
    });
    assert(!line.received.some((text) => text.startsWith("AUTHENTICATE")));
    await client.quit();
  });
});

Deno.test("ChatClient.connect()", async (t) => {
  await t.step("takes another nickname when its own is taken", async () => {
    await using server = await ScriptedServer.start();
    const connecting = connectTo(server.address);
    const line = await server.accept();
    await line.expect(/^NICK guest0000$/);
    await line.send(":srv 433 * guest0000 :Nickname is already in use");
    await line.expect(/^NICK guest/);
    await line.welcomeAfterNick();
    const { client } = await connecting;
    await client.quit();
  });

  await t.step("works with a server that has never heard of capabilities", async () => {
    await using server = await ScriptedServer.start();
    const connecting = connectTo(server.address);
    const line = await server.accept();
    await line.expect(/^USER /);
    await line.send(
      ":srv 421 * CAP :Unknown command",
      ":srv 001 guest0000 :Welcome",
      ":srv 375 guest0000 :Message of the day",
      ":srv 372 guest0000 :be kind",
      ":srv 376 guest0000 :End",
    );
    const { client, events } = await connecting;
    assert.deepEqual(events.of("notice").map(({ text }) => text), ["be kind"]);
    const login = client.own.login({ account: "amy", password: "pw" });
    await assert.rejects(login, { fault: "unsupported" });
    await client.quit();
  });

  await t.step("says that the server is full, and does not try again", async () => {
    await using server = await ScriptedServer.start();
    const connecting = connectTo(server.address);
    const line = await server.accept();
    await line.send("ERROR :Closing Link: server is full (20 of 20 slots in use)");
    await line.hangUp();
    await assert.rejects(connecting, { fault: "server-full", message: /20 of 20/ });
  });

  await t.step("says that the server hung up", async () => {
    await using server = await ScriptedServer.start();
    const connecting = connectTo(server.address);
    await (await server.accept()).hangUp();
    await assert.rejects(connecting, { fault: "disconnected" });
  });
});

Deno.test("ChatClient.register() makes an account and is signed in", async () => {
  await using server = await ScriptedServer.start();
  const { client, events, line } = await connectedTo(server, ALL_CAPABILITIES);
  const registering = client.own.register({ account: "amy", password: "pass word" });
  const [, label] = await line.expect(/^@label=(\S+) REGISTER amy \* :pass word$/);
  await line.send(
    `@label=${label} BATCH +1 labeled-response`,
    "@batch=1 :srv REGISTER SUCCESS amy :Account registered",
    "@batch=1 :srv 900 amy amy!a@chat amy :You are now logged in",
    "BATCH -1",
  );
  await registering;
  assert.equal(events.of("signed-in").length, 1);
  const again = client.own.register({ account: "bob", password: "x" });
  await assert.rejects(again, { code: "already-signed-in" });
  await client.quit();
});
