/**
 * The server side of the admin socket.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { dirname, join } from "node:path";
import { messageOf } from "../../../ground/message_of.ts";
import { connectionsOf } from "../../../net/accept.ts";
import { tryClose } from "../../../net/try_close.ts";
import type { ServerContext } from "../../acts/context.ts";
import { runAdminCommand } from "./commands.ts";
import { AdminError, formatAdminAnswer, parseAdminRequest } from "./protocol.ts";
import { readLines } from "./read_lines.ts";

/** Longest request. */
const MAX_REQUEST_BYTES = 64 * 1024;
/** Connections at once. */
const MAX_CONNECTIONS = 16;

const OWNER_ONLY = 0o600;

const log = getLogger(["chat", "admin"]);

/**
 * Listens for `chat admin` on a Unix socket at `path`, which only the server's user can open. A socket left there by a
 * dead server is replaced: the caller has the lock of the data folder, so no other server listens there. Disposing it
 * removes the socket.
 *
 * Needs read and write permission for the folder of `path`.
 *
 * @throws {AdminError} "unsupported" when the system has no such sockets, or the path is too long for one.
 */
export function listenForAdmin(context: ServerContext, path: string): AsyncDisposable {
  const listener = bind(path);
  const open = new Set<Deno.UnixConn>();
  const stopping = new AbortController();
  const answerTo = (line: string) => answer(context, line, stopping.signal);
  const accepting = accept(listener, (conn) => serve(conn, { open, answerTo }));
  return {
    async [Symbol.asyncDispose]() {
      try {
        listener.close();
      } catch {
        return; // closed before
      }
      stopping.abort(new Error("the server is stopping"));
      for (const conn of open) tryClose(conn);
      await accepting;
      await Deno.remove(path).catch(() => {}); // removed already
    },
  };
}

/** Binds in a private folder, so that no other user can connect before the mode is set; then renames the socket. */
function bind(path: string): Deno.UnixListener {
  if (Deno.build.os === "windows") {
    throw new AdminError("unsupported", "chat admin needs Unix sockets, which Windows lacks");
  }
  const folder = Deno.makeTempDirSync({ dir: dirname(path), prefix: "." });
  let listener: Deno.UnixListener | undefined;
  try {
    const bound = join(folder, "s");
    listener = Deno.listen({ transport: "unix", path: bound });
    Deno.chmodSync(bound, OWNER_ONLY);
    Deno.renameSync(bound, path);
    return listener;
  } catch (error) {
    listener?.close();
    const why = messageOf(error);
    throw new AdminError("unsupported", `Cannot listen at ${path}: ${why}`, { cause: error });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

async function accept(
  listener: Deno.UnixListener,
  serve: (conn: Deno.UnixConn) => Promise<void> | undefined,
): Promise<void> {
  const serving = new Set<Promise<void>>();
  for await (const conn of connectionsOf(listener)) {
    const served = serve(conn);
    if (!served) continue;
    serving.add(served);
    served.finally(() => serving.delete(served));
  }
  await Promise.all(serving);
}

interface Answering {
  readonly open: Set<Deno.UnixConn>;
  readonly answerTo: (line: string) => Promise<string>;
}

function serve(
  conn: Deno.UnixConn,
  { open, answerTo }: Answering,
): Promise<void> | undefined {
  if (open.size >= MAX_CONNECTIONS) {
    tryClose(conn);
    return undefined;
  }
  open.add(conn);
  return answerAll(conn, answerTo).finally(() => {
    open.delete(conn);
    tryClose(conn);
  });
}

async function answerAll(conn: Deno.UnixConn, answerTo: Answering["answerTo"]): Promise<void> {
  const encoder = new TextEncoder();
  try {
    for await (const line of readLines(conn, MAX_REQUEST_BYTES)) {
      const bytes = encoder.encode(`${await answerTo(line)}\n`);
      for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
    }
  } catch (error) {
    log.debug("connection ended: {error}", { error });
  }
}

async function answer(
  context: ServerContext,
  line: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    return formatAdminAnswer(await runAdminCommand(context, parseAdminRequest(line), signal));
  } catch (error) {
    if (error instanceof AdminError) return formatAdminAnswer(error);
    log.error("command failed: {error}", { error });
    return formatAdminAnswer(
      new AdminError("failed", "Something went wrong on the server: see its log"),
    );
  }
}
