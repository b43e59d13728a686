import assert from "node:assert/strict";
import { type ChatClientOptions, ClientError, type ClientEvent } from "../../../core/client/mod.ts";
import { PeerError } from "../../../core/peer/mod.ts";
import { ALL_CAPABILITIES, type ScriptedLine, ScriptedServer } from "./scripted_server.ts";
import { connectTo, FakeLinks } from "./support.ts";

const CAPABILITIES = ALL_CAPABILITIES.replace(",SCRAM-SHA-256", "");

/** Connects as amy, who is in #lobby, whose history is `history`. */
async function amyOn(
  server: ScriptedServer,
  { history = [], ...options }: Partial<ChatClientOptions> & { history?: readonly string[] } = {},
) {
  const connecting = connectTo(server.address, options);
  const line = await server.accept();
  await line.welcome(CAPABILITIES);
  const { client, events } = await connecting;
  const login = client.login({ account: "amy", password: "pw" });
  await line.signIn("amy");
  assert.equal(await line.answerHistory(history), "LATEST #lobby * 50");
  await login;
  await client.idle();
  return { client, events, line };
}

/** The server's side of a client that comes back as amy. */
async function amyReturns(
  server: ScriptedServer,
  history: readonly string[],
): Promise<[ScriptedLine, string]> {
  const line = await server.accept();
  await line.expect(/^CAP LS 302$/);
  await line.send(`:srv CAP * LS :${CAPABILITIES}`);
  const [, request] = await line.expect(/^CAP REQ :(.*)$/);
  await line.send(`:srv CAP * ACK :${request}`);
  await line.expect(/^AUTHENTICATE PLAIN$/);
  await line.send("AUTHENTICATE +");
  await line.expect(/^AUTHENTICATE .{5,}$/);
  await line.send(
    ":srv 900 guest0000 amy!a@chat amy :You are now logged in",
    ":srv 903 guest0000 :ok",
  );
  await line.expect(/^CAP END$/);
  await line.send(
    ":srv 001 amy :Welcome",
    ":srv 422 amy :No MOTD",
    ":amy!a@chat JOIN #lobby amy :amy",
  );
  return [line, await line.answerHistory(history)];
}

/** Echoes the next message of the client back to it; gives its text. */
async function echo(line: ScriptedLine, id: string): Promise<string> {
  const [, label, to, text = ""] = await line.expect(/^@label=(\S+) PRIVMSG (\S+) :(.*)$/);
  await line.send(`@label=${label};msgid=${id};account=amy :amy!a@chat PRIVMSG ${to} :${text}`);
  return text;
}

const texts = (events: readonly (ClientEvent & { readonly text: string })[]) =>
  events.map(({ text }) => text);

Deno.test("ChatClient in a room", async (t) => {
  await t.step("shows what was said before, once, and before what is said now", async () => {
    await using server = await ScriptedServer.start();
    const connecting = connectTo(server.address);
    const line = await server.accept();
    await line.welcome(CAPABILITIES);
    const { client, events } = await connecting;
    const login = client.login({ account: "amy", password: "pw" });
    await line.signIn("amy");
    const live = "msgid=m2;time=2026-01-01T00:00:02Z :bob!b@chat PRIVMSG #lobby :two";
    await line.send(`@${live}`, "@msgid=m3 :bob!b@chat PRIVMSG #lobby :three");
    await line.answerHistory(["@msgid=m1 :bob!b@chat PRIVMSG #lobby :one"]);
    await login;
    await events.wait("message", ({ text }) => text === "three");
    assert.deepEqual(texts(events.of("message")), ["one", "two", "three"]);
    assert.deepEqual(events.of("message").map(({ replayed }) => replayed), [true, false, false]);
    await client.quit();
  });

  await t.step("says something, and resolves when the server has taken it", async () => {
    await using server = await ScriptedServer.start();
    const { client, events, line } = await amyOn(server);
    const said = client.say("#lobby", "hello all");
    assert.equal(await echo(line, "m1"), "hello all");
    await said;
    const [message] = events.of("message");
    assert(message?.own && !message.replayed && message.id === "m1");
    await client.quit();
  });

  await t.step("fails when the server does not take it", async () => {
    await using server = await ScriptedServer.start();
    const { client, line } = await amyOn(server);
    const said = client.say("#secret", "hello?");
    const [, label] = await line.expect(/^@label=(\S+) PRIVMSG #secret/);
    await line.send(`@label=${label} :srv 404 amy #secret :Cannot send to channel`);
    await assert.rejects(said, { fault: "may-not-speak" });
    await client.quit();
  });

  await t.step("tells its history again when it is asked to", async () => {
    await using server = await ScriptedServer.start();
    const history = ["@msgid=m1 :bob!b@chat PRIVMSG #lobby :one"];
    const { client, events, line } = await amyOn(server, { history });
    const again = client.history("#lobby", 10);
    await line.answerHistory(history);
    await again;
    assert.deepEqual(texts(events.of("message")), ["one", "one"]);
    await client.quit();
  });
});

Deno.test("ChatClient after a lost connection", async (t) => {
  await t.step("signs in, rejoins, and shows what it missed, nothing twice", async () => {
    await using server = await ScriptedServer.start();
    const history = ["@msgid=m1 :bob!b@chat PRIVMSG #lobby :one"];
    const { client, events, line } = await amyOn(server, { history });
    const joined = client.join("#tea");
    const [, label] = await line.expect(/^@label=(\S+) JOIN #tea$/);
    await line.send(`@label=${label} :amy!a@chat JOIN #tea amy :amy`);
    await line.answerHistory();
    await joined;
    await line.hangUp();
    await events.wait("error", ({ code }) => code === "disconnected");

    const [back, question] = await amyReturns(server, [
      "@msgid=m1 :bob!b@chat PRIVMSG #lobby :one",
      "@msgid=m2 :bob!b@chat PRIVMSG #lobby :missed",
    ]);
    assert.equal(question, "AFTER #lobby msgid=m1 100");
    await back.expect(/^@label=\S+ JOIN #tea$/);
    await events.wait("message", ({ text }) => text === "missed");
    assert.deepEqual(texts(events.of("message")), ["one", "missed"]);
    assert.equal(events.of("signed-in").length, 2);
    await client.quit();
  });

  await t.step("says what was typed meanwhile, in order, after what was missed", async () => {
    await using server = await ScriptedServer.start();
    const { client, events, line } = await amyOn(server);
    await line.hangUp();
    await events.wait("error", ({ code }) => code === "disconnected");
    const said = [client.say("#lobby", "first"), client.say("#lobby", "second")];
    await events.wait("notice", ({ text }) => /2 waiting/.test(text));
    const [back] = await amyReturns(server, ["@msgid=m1 :bob!b@chat PRIVMSG #lobby :missed"]);
    assert.equal(await echo(back, "m2"), "first");
    assert.equal(await echo(back, "m3"), "second");
    await Promise.all(said);
    assert.deepEqual(texts(events.of("message")), ["missed", "first", "second"]);
    await client.quit();
  });

  await t.step("does not say again what had arrived without our knowing", async () => {
    await using server = await ScriptedServer.start();
    const { client, events, line } = await amyOn(server);
    const said = [client.say("#lobby", "arrived"), client.say("#lobby", "lost")];
    await line.expect(/PRIVMSG #lobby :lost$/);
    await line.hangUp();
    const [back] = await amyReturns(server, [
      "@msgid=m1;account=amy :amy!a@chat PRIVMSG #lobby :arrived",
    ]);
    assert.equal(await echo(back, "m2"), "lost");
    await Promise.all(said);
    assert.deepEqual(texts(events.of("message")), ["arrived", "lost"]);
    await client.quit();
  });

  await t.step("fails what waits when it is closed", async () => {
    await using server = await ScriptedServer.start();
    const { client, events, line } = await amyOn(server);
    await line.hangUp();
    await events.wait("error", ({ code }) => code === "disconnected");
    const said = client.say("#lobby", "too late");
    said.catch(() => {}); // looked at below
    await client.quit("goodbye");
    await assert.rejects(said, { fault: "disconnected" });
    assert.deepEqual(events.all.at(-1), { event: "closed", reason: "goodbye" });
    assert.equal(client.link.at, "closed");
  });

  await t.step("stops for good when the server's key has changed", async () => {
    await using server = await ScriptedServer.start();
    let dials = 0;
    const { client, events, line } = await amyOn(server, {
      trust: () => {
        if (++dials === 1) return;
        throw new ClientError("changed-server-key", "It has changed");
      },
    });
    await line.hangUp();
    await Promise.all([client.closed, server.accept().then((again) => again.ended())]);
    assert.deepEqual(events.of("closed"), [{ event: "closed", reason: "It has changed" }]);
    await client.quit();
  });
});

Deno.test("ChatClient.privateMessage()", async (t) => {
  const noAnswer = () => Promise.reject(new PeerError("no-answer", "No answer from bob"));

  await t.step("goes over the direct link, and is delivered when that says so", async () => {
    await using server = await ScriptedServer.start();
    const acknowledged = Promise.withResolvers<void>();
    const links = new FakeLinks(() => acknowledged.promise);
    const { client, events } = await amyOn(server, { openLinks: links.open });
    const sent = client.privateMessage("bob", "psst");
    await events.wait("sending");
    assert.equal(events.of("private").length, 0);
    acknowledged.resolve();
    await sent;
    const [message] = events.of("private");
    assert(message?.direct && message.from === "amy" && message.to === "bob");
    assert.deepEqual(events.of("delivered"), [
      { event: "delivered", to: "bob", id: message.id, direct: true },
    ]);
    await client.quit();
    assert(links.closed);
  });

  await t.step(
    "goes through the server to a client without links, marked so, until they come anew",
    async () => {
      await using server = await ScriptedServer.start();
      const links = new FakeLinks(noAnswer);
      const { client, events, line } = await amyOn(server, { openLinks: links.open });
      for (const id of ["p1", "p2"]) {
        const sent = client.privateMessage("bob", "psst");
        await echo(line, id);
        await sent;
      }
      assert.equal(links.sent.length, 1); // the second one did not wait for an answer
      assert(events.of("private").every(({ direct, own }) => !direct && own));
      assert.equal(events.of("delivered").length, 0);
      await line.send(":bob!b@chat QUIT :bye", ":bob!b@chat JOIN #lobby bob :bob");
      await events.wait("joined", ({ user }) => user === "bob");
      const third = client.privateMessage("bob", "again");
      await echo(line, "p3");
      await third;
      assert.equal(links.sent.length, 2);
      await client.quit();
    },
  );

  await t.step("is delivered through the server only when bob's own account says so", async () => {
    await using server = await ScriptedServer.start();
    const { client, events, line } = await amyOn(server);
    const sent = client.privateMessage("bob", "psst");
    await echo(line, "p1");
    await sent;
    const ack = "+chat/ack=p1 :bob!b@chat TAGMSG amy";
    await line.send(
      `@account=eve;${ack}`,
      `@${ack}`,
      `@account=bob;+chat/ack=p9 :bob!b@chat TAGMSG amy`,
    );
    await line.send(`@account=bob;${ack}`, `@account=bob;${ack}`);
    await events.wait("delivered");
    await client.idle();
    assert.deepEqual(events.of("delivered"), [
      { event: "delivered", to: "bob", id: "p1", direct: false },
    ]);
    await client.quit();
  });

  await t.step("acknowledges what comes through the server from an account", async () => {
    await using server = await ScriptedServer.start();
    const { client, events, line } = await amyOn(server);
    await line.send("@msgid=q0 :guest1!g@chat PRIVMSG amy :anonymous");
    await line.send("@msgid=q1;account=bob :bob!b@chat PRIVMSG amy :psst");
    assert.deepEqual([...await line.expect(/^@\+chat\/ack=(\S+) TAGMSG (\S+)$/)].slice(1), [
      "q1",
      "bob",
    ]);
    assert.deepEqual(events.of("private").map(({ direct }) => direct), [false, false]);
    await client.quit();
  });

  await t.step("is not sent at all when bob's key is not trusted", async () => {
    await using server = await ScriptedServer.start();
    const links = new FakeLinks(() =>
      Promise.reject(new PeerError("untrusted", "The key has changed"))
    );
    const { client, events, line } = await amyOn(server, { openLinks: links.open });
    await assert.rejects(client.privateMessage("bob", "psst"), { fault: "untrusted-peer" });
    assert.equal(events.of("private").length, 0);
    await client.quit();
    assert(!line.received.some((text) => text.includes("psst")));
  });

  await t.step(
    "does not go through the server when a client stops answering, or is verified",
    async () => {
      await using server = await ScriptedServer.start();
      const links: FakeLinks = new FakeLinks(() =>
        links.sent.length === 1 ? Promise.resolve() : noAnswer()
      );
      const { client, line } = await amyOn(server, { openLinks: links.open });
      await client.privateMessage("bob", "psst");
      await assert.rejects(client.privateMessage("bob", "secret"), { fault: "not-delivered" });
      links.verified = true;
      await assert.rejects(client.privateMessage("carl", "secret"), { fault: "not-delivered" });
      await client.quit();
      assert(!line.received.some((text) => text.includes("secret")));
    },
  );

  await t.step("is tried once more, with the same id, when the link has died", async () => {
    await using server = await ScriptedServer.start();
    const links: FakeLinks = new FakeLinks(() =>
      links.sent.length === 1 ? Promise.reject(new PeerError("closed", "gone")) : Promise.resolve()
    );
    const { client } = await amyOn(server, { openLinks: links.open });
    await client.privateMessage("bob", "psst");
    assert.equal(links.sent.length, 2);
    assert.equal(links.sent[0]?.[1].id, links.sent[1]?.[1].id);
    await client.quit();
  });

  await t.step("fails when there is nobody of that name", async () => {
    await using server = await ScriptedServer.start();
    const links = new FakeLinks(async (account) => {
      await links.setup?.send(account, "{}").catch((cause) => {
        throw new PeerError("no-answer", "No answer", { cause });
      });
    });
    const { client, line } = await amyOn(server, { openLinks: links.open });
    const sent = client.privateMessage("bob", "psst");
    const [, label] = await line.expect(/^@\+chat\/peer={};label=(\S+) TAGMSG bob$/);
    await line.send(`@label=${label} :srv 401 amy bob :No such nick`);
    await assert.rejects(sent, { fault: "no-such-user" });
    await client.quit();
  });
});

Deno.test("ChatClient hands notes of other clients to its links", async (t) => {
  await t.step("from accounts only, meant for us alone, and never our own", async () => {
    await using server = await ScriptedServer.start();
    const links = new FakeLinks(() => Promise.resolve());
    const { client, events, line } = await amyOn(server, { openLinks: links.open });
    await line.send(
      "@+chat/peer=1 :bob!b@chat TAGMSG amy",
      "@account=bob;+chat/peer=2 :bob!b@chat TAGMSG #lobby",
      "@account=amy;+chat/peer=3 :amy!a@chat TAGMSG bob",
      '@account=bob;+chat/peer={"v":1} :robert!b@chat TAGMSG amy',
      "@account=bob :bob!b@chat NOTICE amy :done",
    );
    await events.wait("notice", ({ text }) => text.endsWith("done"));
    assert.deepEqual(links.notes, [["bob", '{"v":1}']]);
    links.setup?.received("bob", { id: "d1", text: "hi", action: false });
    const received = await events.wait("private");
    assert(received.direct && !received.own && received.from === "bob" && received.to === "amy");
    await client.quit();
  });
});
