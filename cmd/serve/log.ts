/** Where a server's log goes. @module */
import { fstatSync } from "node:fs";
import { configureLog } from "../../core/log.ts";
import { fileFaultWords, requireRegular } from "../../core/regular_file.ts";
import { CommandFailed } from "../exit.ts";
import type { ServeOptions } from "./flags.ts";

/**
 * Starts logging as the flags say. A person at a terminal sees what goes wrong; whatever keeps the log has who came
 * and went as well.
 *
 * @throws {CommandFailed} When the file cannot be opened.
 */
export async function openLog(
  { logLevel, logFormat, logFile, logMessages }: ServeOptions,
): Promise<AsyncDisposable> {
  const encoder = new TextEncoder();
  try {
    if (logFile !== undefined) requireLogFile(logFile);
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

/** A log is put aside when it is large, which only a file can be; and opening a named pipe would wait for who reads it. */
function requireLogFile(path: string): void {
  try {
    requireRegular(Deno.statSync(path));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error; // else it is made
  }
}

/** Whether standard error leads to systemd's journal (systemd.exec(5), `$JOURNAL_STREAM`). */
function isJournal(): boolean {
  const stream = Deno.env.get("JOURNAL_STREAM");
  if (stream === undefined) return false;
  const { dev, ino } = fstatSync(2);
  return stream === `${dev}:${ino}`;
}
