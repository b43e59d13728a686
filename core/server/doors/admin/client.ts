/**
 * The client side of the admin socket.
 *
 * @module
 */
import { messageOf } from "../../../ground/message_of.ts";
import {
  AdminError,
  formatAdminRequest,
  MAX_ADMIN_LINE_BYTES,
  parseAdminAnswer,
} from "./protocol.ts";
import { readLines } from "./read_lines.ts";
import type { AdminAnswers, AdminCommand, AdminQuestions } from "./types.ts";

/**
 * Sends a request to the server whose socket is at `path`, and waits for the answer.
 *
 * Needs read and write permission for `path`.
 *
 * @throws {AdminError} "no-server" when none listens there; the server's error when it refused.
 */
export async function askServer<C extends AdminCommand>(
  path: string,
  command: C,
  fields: AdminQuestions[C],
): Promise<AdminAnswers[C]> {
  if (Deno.build.os === "windows") {
    throw new AdminError("unsupported", "chat admin needs Unix sockets, which Windows lacks");
  }
  using conn = await connect(path);
  const bytes = new TextEncoder().encode(`${formatAdminRequest(command, fields)}\n`);
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
  for await (const line of readLines(conn, MAX_ADMIN_LINE_BYTES)) {
    return parseAdminAnswer(command, line);
  }
  throw new AdminError("bad-answer", "The server hung up without an answer");
}

async function connect(path: string): Promise<Deno.UnixConn> {
  try {
    return await Deno.connect({ transport: "unix", path });
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) {
      throw new AdminError("no-server", `Not allowed to open ${path}: use the server's own user`, {
        cause: error,
      });
    }
    if (isNotListening(error)) {
      throw new AdminError("no-server", `No server is running: nothing listens at ${path}`, {
        cause: error,
      });
    }
    const why = messageOf(error);
    throw new AdminError("no-server", `Cannot open ${path}: ${why}`, { cause: error });
  }
}

function isNotListening(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.ConnectionRefused ||
    error instanceof Deno.errors.NotADirectory;
}
