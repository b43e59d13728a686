/** After an attack: can new clients connect at every door, and are closed connections forgotten? @module */
import { once } from "node:events";
import net from "node:net";
import { IrcClient } from "../helpers/irc_client.ts";
import type { RunningServer } from "../helpers/mod.ts";
import { UdpClient } from "../helpers/udp_client.ts";
import type { Figure } from "./attack.ts";

const HOST = "127.0.0.1";
/** Connections that are over are forgotten within this time. */
const FORGOTTEN_AFTER_MS = 15_000;

/** Where the doors of a server are. */
export interface Ports {
  readonly tls: number;
  /** TCP and UDP. */
  readonly plain: number;
  readonly metrics: number;
  /** Path of the owner's socket. */
  readonly admin: string;
}

/** Whether a new client is admitted at each door, and whether closed connections are forgotten. */
export async function stateOf({ chat }: RunningServer, ports: Ports): Promise<Figure[]> {
  const doors: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["TLS", () => enterBy({ port: ports.tls })],
    ["plain", () => enterBy({ port: ports.plain, plain: true })],
    ["UDP", () => callByUdp(ports.plain)],
    ["metrics", () => ask(ports.metrics, "/readyz")],
    ["admin", () => callOwner(ports.admin)],
  ];
  const shut: string[] = [];
  for (const [name, come] of doors) await come().catch(() => shut.push(name));
  const left = await connectionsLeft(ports.metrics);
  const { code } = await Promise.race([chat.child.status, { code: undefined }]);
  return [
    {
      what: "doors that let a newcomer in afterwards",
      figure: shut.length === 0 ? `all ${doors.length}` : `not ${shut.join(", ")}`,
      limit: "all",
      isMet: shut.length === 0,
    },
    {
      what: "connections left afterwards",
      figure: String(left),
      limit: "0",
      isMet: left === 0,
    },
    {
      what: "the server",
      figure: code === undefined ? "up" : `ended with ${code}`,
      limit: "up",
      isMet: code === undefined,
    },
  ];
}

async function enterBy(where: { readonly port: number; readonly plain?: boolean }): Promise<void> {
  await using client = await IrcClient.connect(where);
  await client.enter("newcomer");
  client.say("QUIT");
  await client.untilClosed();
}

async function callByUdp(port: number): Promise<void> {
  await using caller = await UdpClient.open({ port });
  await caller.confirm();
  caller.say("~:q!:");
  await caller.untilClosed();
}

async function callOwner(path: string): Promise<void> {
  const socket = net.connect(path);
  const closed = once(socket, "close");
  socket.resume().end('{"v":1,"command":"stats"}\n');
  await closed;
  if (socket.bytesRead === 0) throw new Error("No answer");
}

async function ask(port: number, path: string): Promise<string> {
  const response = await fetch(`http://${HOST}:${port}${path}`);
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return text;
}

/** Connections of TCP and TLS; a session by UDP goes on until five minutes of silence. */
async function connectionsLeft(metrics: number): Promise<number> {
  const deadline = performance.now() + FORGOTTEN_AFTER_MS;
  for (;;) {
    const text = await ask(metrics, "/metrics");
    const counts = text.matchAll(/^chat_connections\{.*transport="(?!udp)\w+".*\} (\d+)$/gm);
    const left = [...counts].reduce((sum, [, n]) => sum + Number(n), 0);
    if (left === 0 || performance.now() > deadline) return left;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
