/** A real server that may have few files open, and all ways into it. @module */
import assert from "node:assert/strict";
import { runChat } from "./chat.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free_port.ts";
import { IrcClient } from "./irc_client.ts";
import { type RunningServer, startServer } from "./server.ts";
import { UdpClient } from "./udp_client.ts";

/** A command that runs what follows with so many open files at most. */
export function withOpenFiles(limit: number): readonly string[] {
  return ["sh", "-c", `ulimit -n ${limit}; exec "$@"`, "sh"];
}

/** The server, and its other ports. */
export interface TightServer extends AsyncDisposable {
  readonly server: RunningServer;
  readonly plain: number;
  readonly metrics: number;
  /** Each way in, by its name: rejects when it is closed. */
  readonly ways: Readonly<Record<string, () => Promise<void>>>;
  /** The status and text of `/readyz`. */
  ready(): Promise<string>;
}

/** Starts a server for guests that may have 64 files open. */
export async function startTightServer(engine: string): Promise<TightServer> {
  const [plain, metrics] = [freePort(), freePort()];
  const flags = ["--guests", "--limits", "off", "--tls-engine", engine];
  const server = await startServer({
    flags: [...flags, "--plain", String(plain), "--metrics", String(metrics)],
    within: withOpenFiles(64),
  });
  let guests = 0;
  const enter = async (port: number, isPlain: boolean) => {
    await using client = await IrcClient.connect({ port, plain: isPlain });
    await client.enter(`g${++guests}`);
  };
  const get = async (path: string) => {
    const signal = AbortSignal.timeout(2_000);
    const response = await fetch(`http://127.0.0.1:${metrics}${path}`, { signal });
    return `${response.status} ${(await response.text()).trim()}`;
  };
  return {
    ...{ server, plain, metrics },
    ways: {
      tls: () => enter(server.port, false),
      plain: () => enter(plain, true),
      async udp() {
        await using caller = await UdpClient.open({ port: plain });
        caller.say(`u${++guests}`);
        await caller.expect(/./);
      },
      async metrics() {
        assert.match(await get("/healthz"), /^200 ok/);
      },
      async admin() {
        const { code, stderr } = await runChat(["admin", "--data", server.data, "rooms"]);
        assert.equal(code, 0, stderr);
      },
    },
    ready: () => get("/readyz"),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** How long it takes until each way in is open again, in milliseconds; closed connections are opened again. */
export async function recovery({ ways }: TightServer): Promise<Record<string, number>> {
  const before = performance.now();
  const times: Record<string, number> = {};
  await Promise.all(
    Object.entries(ways).map(async ([name, enter]) => {
      let failure: unknown;
      await eventually(() => enter().then(() => true, (error) => !(failure = error)), name)
        .catch((error) =>
          Promise.reject(new Error(`${name} stays closed`, { cause: failure ?? error }))
        );
      times[name] = performance.now() - before;
    }),
  );
  return times;
}
