import assert from "node:assert/strict";
import { PeerError } from "../../../../core/peer/mod.ts";
import { amyOn, echo } from "../amy.ts";
import { ScriptedServer } from "../scripted_server.ts";
import { FakeLinks } from "../support.ts";

Deno.test("ChatClient.privateMessage()", async (t) => {
  const noAnswer = () => Promise.reject(new PeerError({ kind: "no-answer", account: "bob" }));

  await t.step("goes over the direct link, and is delivered when that says so", async () => {
    await using server = await ScriptedServer.start();
    const acknowledged = Promise.withResolvers<void>();
    const links = new FakeLinks(() => acknowledged.promise);
    const { client, events } = await amyOn(server, { openLinks: links.open });
    const sent = client.people.message("bob", "psst");
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
        const sent = client.people.message("bob", "psst");
        await echo(line, id);
        await sent;
      }
      assert.equal(links.sent.length, 1); // the second one did not wait for an answer
      assert(events.of("private").every(({ direct, own }) => !direct && own));
      assert.equal(events.of("delivered").length, 0);
      await line.send(":bob!b@chat QUIT :bye", ":bob!b@chat JOIN #lobby bob :bob");
      await events.wait("joined", ({ user }) => user === "bob");
      const third = client.people.message("bob", "again");
      await echo(line, "p3");
      await third;
      assert.equal(links.sent.length, 2);
      await client.quit();
    },
  );

  await t.step("names the other as they write their name, however it was typed", async () => {
    await using server = await ScriptedServer.start();
    const links = new FakeLinks(() => Promise.resolve());
    const { client, events, line } = await amyOn(server, { openLinks: links.open });
    await line.send(":Bob!b@chat JOIN #lobby Bob :Bob");
    await events.wait("joined", ({ user }) => user === "Bob");
    await client.people.message("BOB", "psst");
    await line.send( // of another connection of ours, and to us
      "@msgid=p2;account=amy :amy!a@chat PRIVMSG boB :from elsewhere",
      "@msgid=p3;account=Bob :Bob!b@chat PRIVMSG AMY :hello",
    );
    await events.wait("private", ({ text }) => text === "hello");
    const names = events.of("private").map(({ from, to }) => [from, to]);
    assert.deepEqual(names, [["amy", "Bob"], ["amy", "Bob"], ["Bob", "amy"]]);
    assert.deepEqual(events.of("delivered").map(({ to }) => to), ["Bob"]);
    await client.quit();
  });

  await t.step("is delivered through the server only when bob's own account says so", async () => {
    await using server = await ScriptedServer.start();
    const { client, events, line } = await amyOn(server);
    const sent = client.people.message("bob", "psst");
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

  await t.step("acknowledges no more than the server has time for", async () => {
    await using server = await ScriptedServer.start();
    const { client, events, line } = await amyOn(server);
    const many = Array.from({ length: 200 }, (_, n) => `@msgid=m${n};account=bob :bob!b@chat`);
    await line.send(...many.map((head, n) => `${head} PRIVMSG amy :${n}`));
    await events.wait("private", ({ text }) => text === "199");
    await client.quit();
    await line.ended();
    const acks = line.received.filter((text) => text.includes("+chat/ack=")).length;
    assert(acks >= 20 && acks < 40, `${acks} of 200`);
  });

  await t.step("is not sent at all when bob's key is not trusted", async () => {
    await using server = await ScriptedServer.start();
    const links = new FakeLinks(() =>
      Promise.reject(new PeerError({ kind: "untrusted", account: "bob", pin: "ab".repeat(32) }))
    );
    const { client, events, line } = await amyOn(server, { openLinks: links.open });
    await assert.rejects(client.people.message("bob", "psst"), { fault: "untrusted-peer" });
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
      await client.people.message("bob", "psst");
      await assert.rejects(client.people.message("bob", "secret"), { fault: "not-delivered" });
      links.verified = true;
      await assert.rejects(client.people.message("carl", "secret"), { fault: "not-delivered" });
      await client.quit();
      assert(!line.received.some((text) => text.includes("secret")));
    },
  );

  await t.step("is tried once more, with the same id, when the link has died", async () => {
    await using server = await ScriptedServer.start();
    const links: FakeLinks = new FakeLinks(() =>
      links.sent.length === 1
        ? Promise.reject(new PeerError({ kind: "service-closed" }))
        : Promise.resolve()
    );
    const { client } = await amyOn(server, { openLinks: links.open });
    await client.people.message("bob", "psst");
    assert.equal(links.sent.length, 2);
    assert.equal(links.sent[0]?.[1].id, links.sent[1]?.[1].id);
    await client.quit();
  });

  await t.step("fails when there is nobody of that name", async () => {
    await using server = await ScriptedServer.start();
    const links = new FakeLinks(async (account) => {
      await links.setup?.signalling.send(account, "{}").catch((cause) => {
        throw new PeerError({ kind: "no-answer", account: "bob" }, { cause });
      });
    });
    const { client, line } = await amyOn(server, { openLinks: links.open });
    const sent = client.people.message("bob", "psst");
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
    links.setup?.receiver.received("bob", { id: "d1", text: "hi", action: false });
    const received = await events.wait("private");
    assert(received.direct && !received.own && received.from === "bob" && received.to === "amy");
    await client.quit();
  });
});
