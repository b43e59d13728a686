/** A server with its administrator's socket. @module */
import assert from "node:assert/strict";
import { askServer } from "../../../../../core/server/doors/admin/client.ts";
import { AdminError, adminSocketPath } from "../../../../../core/server/doors/admin/protocol.ts";
import { listenForAdmin } from "../../../../../core/server/doors/admin/socket.ts";
import type {
  AdminAnswers,
  AdminCommand,
  AdminQuestions,
} from "../../../../../core/server/doors/admin/types.ts";
import { tempDir } from "../../../../helpers/mod.ts";
import { type Serving, serving, type ServingOptions } from "../../serving.ts";

/** The server, and the command line of its administrator. */
export interface Administered extends AsyncDisposable {
  readonly chat: Serving;
  readonly folder: string;
  readonly path: string;
  ask<C extends AdminCommand>(command: C, fields: AdminQuestions[C]): Promise<AdminAnswers[C]>;
}

/** Starts a server that listens for its administrator. */
export async function administered(options: ServingOptions = {}): Promise<Administered> {
  await using undo = new AsyncDisposableStack();
  const { path: folder } = undo.use(await tempDir());
  const chat = undo.use(await serving(options));
  const path = adminSocketPath(folder);
  undo.use(listenForAdmin(chat.server.context, path));
  const owned = undo.move();
  return {
    chat,
    folder,
    path,
    ask: (command, fields) => askServer(path, command, fields),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Fits an error of this kind. */
export function isFault(fault: AdminError["fault"], message?: RegExp) {
  return (error: unknown) => {
    assert(error instanceof AdminError);
    assert.equal(error.fault, fault);
    if (message) assert.match(error.message, message);
    return true;
  };
}
