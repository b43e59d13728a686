/** A failed start, or an abnormal end, as events of `--json`. @module */
import { ClientError } from "../../../core/client/mod.ts";
import { CommandFailed, EXIT_INTERRUPTED } from "../../common/exit.ts";
import { writeOut } from "../lines/write_out.ts";
import { errorText } from "../words/problem_text.ts";
import { formatJsonEvent } from "./json_format.ts";

/** Writes the events that say why no more events follow. */
export function writeFailure(error: unknown): void {
  const text = errorText(error);
  const isInterrupted = error instanceof CommandFailed && error.exitCode === EXIT_INTERRUPTED;
  const cause = error instanceof CommandFailed ? error.cause : error;
  const code = cause instanceof ClientError ? cause.code : "cannot-start";
  const events = [
    ...(isInterrupted ? [] : [{ event: "error", code, text } as const]),
    { event: "closed", reason: text } as const,
  ];
  for (const event of events) writeOut(`${formatJsonEvent(event)}\n`);
}
