/** The log of a server, as its flags configure it. @module */
import { fstatSync } from "node:fs";
import { configureLog } from "../../core/ground/log.ts";
import { fileFaultWords, requireRegularIfExists } from "../../core/ground/regular_file.ts";
import { CommandFailed } from "../common/exit.ts";
import type { ServeOptions } from "./flags.ts";

/**
 * Starts logging. The default level is "warning" on a terminal, else "info", which includes who connects and leaves.
 *
 * @throws {CommandFailed} When the file cannot be opened.
 */
export async function openLog(
  { logLevel, logFormat, logFile, logMessages }: ServeOptions,
): Promise<AsyncDisposable> {
  const encoder = new TextEncoder();
  try {
    // Only a regular file can be rotated; and opening a named pipe would block until it has a reader.
    if (logFile !== undefined) requireRegularIfExists(logFile);
    return await configureLog({
      write: (line) => void Deno.stderr.writeSync(encoder.encode(line)),
      level: logLevel ?? (Deno.stderr.isTerminal() && logFile === undefined ? "warning" : "info"),
      format: logFormat,
      journal: isJournal(),
      file: logFile,
      messages: logMessages ?? false,
    });
  } catch (error) {
    throw new CommandFailed(`Cannot log to ${logFile}: ${fileFaultWords(error)}`, 1, {
      cause: error,
    });
  }
}

/** Whether standard error is systemd's journal (systemd.exec(5), `$JOURNAL_STREAM`). */
function isJournal(): boolean {
  const stream = Deno.env.get("JOURNAL_STREAM");
  if (stream === undefined) return false;
  const { dev, ino } = fstatSync(2);
  return stream === `${dev}:${ino}`;
}
