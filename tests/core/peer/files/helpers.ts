/** What the tests of the file transfers share. @module */
import { createHash } from "node:crypto";
import { join } from "node:path";
import {
  type Duplex,
  type FileAcceptOptions,
  type FileLink,
  fileLinkOf,
  type PreparedOffer,
  prepareOffer,
  type ReceivedFiles,
  receiveOffer,
  sendFiles,
  type SendFilesOptions,
  type SentFiles,
} from "../../../../core/peer/files/mod.ts";

export type { Duplex };

/** Two ends of one TCP connection on loopback. */
export async function connect(): Promise<[Deno.TcpConn, Deno.TcpConn]> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const dialing = Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  const [accepted, dialed] = await Promise.all([listener.accept(), dialing]);
  return [dialed, accepted];
}

/** The same as links. */
export async function connectLinks(): Promise<[FileLink, FileLink]> {
  const [a, b] = await connect();
  return [fileLinkOf(a), fileLinkOf(b)];
}

/** A connection that dies after so many bytes were written to it. */
export function cutAfter(
  conn: Duplex,
  bytes: number,
  onBytes: (count: number) => void = () => {},
): Duplex {
  let left = bytes;
  return {
    read: (into) => conn.read(into),
    write: async (from) => {
      if (left <= 0) {
        conn.close();
        throw new Deno.errors.BrokenPipe("cut by the test");
      }
      const count = await conn.write(from.subarray(0, left));
      left -= count;
      onBytes(count);
      return count;
    },
    close: () => conn.close(),
  };
}

/** A connection that becomes slow after so many bytes: 3 MB/s at most. */
export function slowAfter(conn: Duplex, bytes: number): Duplex {
  let left = bytes;
  return {
    read: (into) => conn.read(into),
    write: async (from) => {
      if (left <= 0) await new Promise((resolve) => setTimeout(resolve, 5));
      const count = await conn.write(from.subarray(0, left > 0 ? left : 16 * 1024));
      left -= count;
      return count;
    },
    close: () => conn.close(),
  };
}

/** How {@linkcode transfer} goes. */
export interface TransferOptions {
  send?: SendFilesOptions;
  accept?: Partial<FileAcceptOptions>;
  /** The sender's link dies after so many bytes. */
  cutBytes?: number;
  /** The minor version that both clients know. */
  minor?: number;
  /** Told how many bytes the sender's link took. */
  onBytes?: (count: number) => void;
}

/** Sends `offer` over a new connection into a folder: what both sides got, errors included. */
export async function transfer(
  offer: PreparedOffer,
  into: string,
  { send = {}, accept = {}, cutBytes = Infinity, minor = 1, onBytes }: TransferOptions = {},
): Promise<[PromiseSettledResult<SentFiles>, PromiseSettledResult<ReceivedFiles>]> {
  const [a, b] = await connect();
  const link = { ...fileLinkOf(cutAfter(a, cutBytes, onBytes)), minor };
  const sending = sendFiles(link, offer, send);
  const receiving = receiveOffer(fileLinkOf(b)).then((incoming) =>
    incoming.accept({ into, peer: "alice", ...accept })
  );
  return await Promise.allSettled([sending, receiving]);
}

/** As {@linkcode transfer}, where nothing may go wrong. */
export async function transferAll(
  paths: readonly string[],
  into: string,
  options: TransferOptions = {},
): Promise<[SentFiles, ReceivedFiles]> {
  const [sent, received] = await transfer(await prepareOffer(paths), into, options);
  if (received.status === "rejected") throw received.reason;
  if (sent.status === "rejected") throw sent.reason;
  return [sent.value, received.value];
}

/** Bytes that do not repeat, the same for the same seed. */
export function someBytes(count: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(count);
  const words = new Uint32Array(bytes.buffer, 0, count >> 2);
  let state = seed * 2654435761 >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>>= 0;
  };
  for (let i = 0; i < words.length; i++) words[i] = next();
  for (let i = words.length * 4; i < count; i++) bytes[i] = next();
  return bytes;
}

/** SHA-256 in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Everything below a folder: paths with `/`, folders with `/` at the end, files with their hash. */
export function treeOf(folder: string, prefix = ""): Record<string, string> {
  const tree: Record<string, string> = {};
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = join(folder, name);
    if (isDirectory) {
      tree[`${prefix}${name}/`] = "";
      Object.assign(tree, treeOf(path, `${prefix}${name}/`));
    } else tree[prefix + name] = sha256(Deno.readFileSync(path));
  }
  return tree;
}
