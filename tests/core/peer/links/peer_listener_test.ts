import assert from "node:assert/strict";
import { MAX_UNPROVED } from "../../../../core/peer/links/peer_listener.ts";
import { dial, hello, type Invite, invited, readToEnd, works } from "../attackers.ts";
import { FakeClock } from "../fake_clock.ts";
import { makeIdentity, type TestClient, utf8, Wire } from "../support.ts";

Deno.test("the door", async (t) => {
  const identity = await makeIdentity();
  /** A client of its own for each step, so that no guest of another one is still on its way out. */
  const step = (
    name: string,
    work: (
      door: { wire: Wire; bob: TestClient; clock: FakeClock; invite: Invite },
    ) => Promise<void>,
  ) =>
    t.step(name, async () => {
      const clock = new FakeClock();
      const wire = new Wire();
      await using bob = await wire.join("bob", { clock });
      await work({ wire, bob, clock, invite: await invited(wire, "amy", identity, bob) });
    });
  const knock = ({ candidates: [candidate] }: Invite) => {
    assert.ok(candidate);
    return Deno.connect({ hostname: candidate.host, port: candidate.port });
  };
  /** Somebody else, until the end of the test. */
  await using others = new AsyncDisposableStack();
  const join = async (wire: Wire) => others.use(await wire.join("zoe"));
  await step("closes on garbage", async ({ invite }) => {
    const garbage = [
      utf8("GET / HTTP/1.1\r\n\r\n"),
      new Uint8Array(5_000),
      utf8("\x16\x03\x01\xff\xff"),
    ];
    for (const bytes of garbage) {
      using conn = await knock(invite);
      await conn.write(bytes);
      await conn.closeWrite();
      await readToEnd(conn);
    }
    assert.equal(await hello(invite, identity), '{"answer":"ok"}');
  });
  await step("closes on a slow hello after 5 seconds, however it trickles", async (door) => {
    const { invite, clock } = door;
    using conn = await dial(invite);
    await clock.sleeping(5_000);
    await conn.write(utf8('{"hello":'));
    clock.advance(4_999);
    await conn.write(utf8('"chat-peer/1"'));
    clock.advance(1);
    assert.equal(await readToEnd(conn), 0);
  });
  await step("closes on lies", async ({ invite }) => {
    const lines = ["", "hello", "{}", "null", '{"hello":"chat-peer/2"}', "x".repeat(600)];
    for (const line of lines) {
      using conn = await dial(invite);
      await conn.write(utf8(line + "\n"));
      assert.equal(await readToEnd(conn), 0, line);
    }
  });
  await step("closes on silence, and serves others, however many are silent", async (door) => {
    const { wire, bob, invite, clock } = door;
    for (let round = 0; round < 3; round++) {
      await using crowd = new AsyncDisposableStack();
      const silent: Deno.TcpConn[] = [];
      for (let guest = 0; guest < 100; guest++) silent.push(crowd.use(await knock(invite)));
      await Promise.all(silent.slice(0, 100 - MAX_UNPROVED).map(readToEnd)); // made room for the rest
      clock.advance(5_000);
      await Promise.all(silent.map(readToEnd));
    }
    await works(await join(wire), bob);
    assert.notDeepEqual((await invited(wire, "eve", identity, bob)).candidates, []);
    assert.deepEqual(bob.notices.filter(({ kind }) => kind === "cannot-listen"), []);
  });
  await step("for files is shut when too many stay silent in it", async (door) => {
    const { wire, bob, clock } = door;
    const invite = await invited(wire, "amy", identity, bob, "file");
    await using crowd = new AsyncDisposableStack();
    const comeIn = async (count: number) => {
      for (let guest = 0; guest < count; guest++) crowd.use(await knock(invite));
    };
    await comeIn(MAX_UNPROVED);
    assert.equal(await hello(invite, identity), '{"answer":"ok"}');
    await (await bob.nextLink())[Symbol.asyncDispose]();
    clock.advance(5_000);
    await comeIn(MAX_UNPROVED);
    await works(await join(wire), bob);
    await assert.rejects(comeIn(200)); // refused or reset: nobody listens any more
    assert.deepEqual((await invited(wire, "eve", identity, bob, "file")).candidates, []);
    assert.equal(bob.notices.at(-1)?.kind, "cannot-listen");
  });
});
