/**
 * Errors of direct links as facts: errors of core/peer may have an error of the client as their cause, since it uses the
 * server to send notes and to prepare its relay.
 *
 * @module
 */
import { messageOf } from "../../ground/message_of.ts";
import { TransferError } from "../../peer/files/mod.ts";
import { PeerError } from "../../peer/mod.ts";
import { ClientError } from "../events/errors.ts";
import type { PeerFailure } from "../events/problems.ts";

/** Why a link to `account` failed. */
export function toPeerFailure(error: Error, account: string): PeerFailure {
  if (error instanceof TransferError && error.cause instanceof PeerError) {
    if (error.message === error.cause.message) return toPeerFailure(error.cause, account);
  }
  if (!(error instanceof PeerError)) return { kind: "other", message: error.message };
  const { problem, cause } = error;
  if (problem.kind !== "unreachable") return { kind: "link", problem };
  const errors: readonly unknown[] = cause instanceof AggregateError ? cause.errors : [cause];
  return { kind: "unreachable", account, ways: errors.map(wayOf) };
}

function wayOf(error: unknown): PeerFailureWay {
  if (error instanceof ClientError) return error.problem;
  return messageOf(error);
}

type PeerFailureWay = Extract<PeerFailure, { kind: "unreachable" }>["ways"][number];
