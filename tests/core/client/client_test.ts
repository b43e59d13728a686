import assert from "node:assert/strict";
import { ClientError, type ClientProblem } from "../../../core/client/mod.ts";
import { amyOn, amyReturns, CAPABILITIES, echo, texts } from "./amy.ts";
import { ScriptedServer } from "./scripted_server.ts";
import { connectTo } from "./support.ts";

const CHANGED: ClientProblem = {
  ...{ kind: "unexpected-server", server: "srv:1", fingerprint: "CD", expected: "AB" },
};

Deno.test("ChatClient in a room", async (t) => {
  await t.step("shows what was said before, once, and before what is said now", async () => {
    await using server = await ScriptedServer.start();
    const connecting = connectTo(server.address);
    const line = await server.accept();
    await line.welcome(CAPABILITIES);
    const { client, events } = await connecting;
    const login = client.own.login({ account: "amy", password: "pw" });
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
    const said = client.rooms.say("#lobby", "hello all");
    assert.equal(await echo(line, "m1"), "hello all");
    await said;
    const [message] = events.of("message");
    assert(message?.own && !message.replayed && message.id === "m1");
    await client.quit();
  });

  await t.step("fails when the server does not take it", async () => {
    await using server = await ScriptedServer.start();
    const { client, line } = await amyOn(server);
    const said = client.rooms.say("#secret", "hello?");
    const [, label] = await line.expect(/^@label=(\S+) PRIVMSG #secret/);
    await line.send(`@label=${label} :srv 404 amy #secret :Cannot send to channel`);
    await assert.rejects(said, { fault: "may-not-speak" });
    await client.quit();
  });

  await t.step("tells its history again when it is asked to", async () => {
    await using server = await ScriptedServer.start();
    const history = ["@msgid=m1 :bob!b@chat PRIVMSG #lobby :one"];
    const { client, events, line } = await amyOn(server, { history });
    const again = client.rooms.history("#lobby", 10);
    await line.answerHistory(history);
    await again;
    assert.deepEqual(texts(events.of("message")), ["one", "one"]);
    await client.quit();
  });

  await t.step("pages backwards, up to what was said first", async () => {
    await using server = await ScriptedServer.start();
    const said = (n: number) => `@msgid=m${n} :bob!b@chat PRIVMSG #lobby :${n}`;
    const { client, events, line } = await amyOn(server, { history: [said(3)] });
    const page = client.rooms.earlier("#lobby", "m3", 2);
    const pageRequest = await line.answerHistory([said(1), said(2)]);
    assert.equal(pageRequest, "BEFORE #lobby msgid=m3 2");
    await page;
    assert.deepEqual(texts(events.of("message")), ["3", "1", "2"]);
    const last = client.rooms.earlier("#lobby", "m1", 2);
    assert.equal(await line.answerHistory([]), "BEFORE #lobby msgid=m1 2");
    await last;
    assert.deepEqual(events.of("history-start"), [{ event: "history-start", room: "#lobby" }]);
    await client.quit();
  });
});

Deno.test("ChatClient after a lost connection", async (t) => {
  await t.step("signs in, rejoins, and shows what it missed, nothing twice", async () => {
    await using server = await ScriptedServer.start();
    const history = ["@msgid=m1 :bob!b@chat PRIVMSG #lobby :one"];
    const { client, events, line } = await amyOn(server, { history });
    const joined = client.rooms.join("#tea");
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
    const said = [client.rooms.say("#lobby", "first"), client.rooms.say("#lobby", "second")];
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
    const said = [client.rooms.say("#lobby", "arrived"), client.rooms.say("#lobby", "lost")];
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

  await t.step(
    "says what was typed for a room we are not in, as ever, and hears the answer",
    async () => {
      await using server = await ScriptedServer.start();
      const { client, events, line } = await amyOn(server);
      await line.hangUp();
      await events.wait("error", ({ code }) => code === "disconnected");
      const said = client.rooms.say("#tea", "anybody?");
      said.catch(() => {}); // looked at below
      await events.wait("notice", ({ text }) => /1 waiting/.test(text));
      const [back] = await amyReturns(server, []);
      const [, label] = await back.expect(/^@label=(\S+) PRIVMSG #tea :anybody\?$/);
      await back.send(`@label=${label} :srv 404 amy #tea :Cannot send to channel`);
      await assert.rejects(said, { fault: "may-not-speak" });
      await client.quit();
    },
  );

  await t.step("fails what waits when it is closed", async () => {
    await using server = await ScriptedServer.start();
    const { client, events, line } = await amyOn(server);
    await line.hangUp();
    await events.wait("error", ({ code }) => code === "disconnected");
    const said = client.rooms.say("#lobby", "too late");
    said.catch(() => {}); // looked at below
    await client.quit("goodbye");
    await assert.rejects(said, { fault: "disconnected" });
    const reason = { kind: "closed-here", text: "goodbye" };
    assert.deepEqual(events.all.at(-1), { event: "closed", reason });
    assert.equal(client.connection.at, "closed");
  });

  await t.step("stops for good when the server's key has changed", async () => {
    await using server = await ScriptedServer.start();
    let dials = 0;
    const { client, events, line } = await amyOn(server, {
      trust: () => {
        if (++dials === 1) return;
        throw new ClientError(CHANGED);
      },
    });
    await line.hangUp();
    await Promise.all([client.closed, server.accept().then((again) => again.ended())]);
    assert.deepEqual(events.of("error").at(-1), {
      event: "error",
      code: "changed-server-key",
      text: "srv:1 shows another certificate than expected: CD instead of AB",
    });
    const reason = { kind: "problem", problem: CHANGED };
    assert.deepEqual(events.of("closed"), [{ event: "closed", reason }]);
    await client.quit();
  });
});
