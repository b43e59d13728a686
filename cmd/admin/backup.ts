/** A backup at the caller's path, made by a server that may write to its data folder only. @module */
import { join, resolve } from "node:path";
import { messageOf } from "../../core/ground/message_of.ts";
import { CommandFailed } from "../common/exit.ts";

/**
 * Has the server write its copy beside its database, copies it to `file` with the caller's own rights, and removes
 * the server's copy.
 *
 * @param write Asks the server to write to `path`; `file` is the final place of the copy.
 * @returns the absolute path.
 * @throws {CommandFailed} When `file` exists or cannot be written. Nothing is left behind then.
 */
export async function backUp(
  { data, file }: { readonly data: string; readonly file: string },
  write: (copy: { readonly path: string; readonly file: string }) => Promise<void>,
): Promise<string> {
  const target = resolve(file);
  const beside = join(resolve(data), `.backup-${crypto.randomUUID()}.sqlite`);
  const output = await create(target);
  try {
    await write({ path: beside, file: target });
    const input = await Deno.open(beside);
    await input.readable.pipeTo(output.writable, { preventClose: true });
    await output.sync();
    output.close();
    return target;
  } catch (error) {
    output.close();
    await Deno.remove(target);
    throw error;
  } finally {
    await Deno.remove(beside).catch(() => {}); // the server may not have created it
  }
}

async function create(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { createNew: true, write: true, mode: 0o600 });
  } catch (error) {
    const why = error instanceof Deno.errors.AlreadyExists
      ? "the file exists already"
      : messageOf(error);
    throw new CommandFailed(`Cannot back up to ${path}: ${why}`, 1, { cause: error });
  }
}
