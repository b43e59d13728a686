/**
 * The counters of a server. Plain numbers, cheap for the hot path; they are formatted on request only.
 *
 * @module
 */
import type { TrafficCounts } from "../../net/connection.ts";
import { DOOR_NAMES, type DoorName } from "./door_name.ts";
import { Histogram } from "./histogram.ts";
import type { CheckedSignIn, RegisterOutcome } from "./outcomes.ts";

/** Why a connection was refused or closed early. */
export type Refusal = "full" | "address" | "banned" | "too-fast" | "evicted" | "handshake";

/** The counts of one server since its start. */
export class Counters {
  /** Bytes of all connections, without the overhead of TLS. */
  readonly traffic: TrafficCounts = { bytesIn: 0, bytesOut: 0 };
  /** Messages to rooms. */
  roomMessages = 0;
  /** Private messages. */
  privateMessages = 0;
  /** Messages delivered to sessions: a room message counts once for each receiver. */
  deliveries = 0;
  /** Connections by door. */
  readonly entered: Record<DoorName, number> = countOfEach(DOOR_NAMES);
  /** Refused connections, by reason. */
  readonly refused: Record<Refusal, number> = {
    "full": 0,
    "address": 0,
    "banned": 0,
    "too-fast": 0,
    "evicted": 0,
    "handshake": 0,
  };
  /** Sign-ins by outcome. */
  readonly signIns: Record<CheckedSignIn["state"], number> = {
    "ok": 0,
    "wrong": 0,
    "limited": 0,
    "busy": 0,
    "banned": 0,
    "too-many-sessions": 0,
  };
  /** Registrations by outcome. */
  readonly registrations: Record<RegisterOutcome["state"], number> = {
    "ok": 0,
    "bad-name": 0,
    "reserved": 0,
    "taken": 0,
    "lookalike": 0,
    "in-use": 0,
    "weak-password": 0,
    "limited": 0,
    "busy": 0,
    "banned": 0,
    "not-stored": 0,
  };
  /** Duration of the database commits, in milliseconds; one for each turn with messages. */
  readonly commitMs: Histogram = new Histogram([0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 100, 500]);
  /** Event loop delay in milliseconds: how late timers were. */
  readonly loopDelayMs: Histogram = new Histogram([1, 2.5, 5, 10, 25, 50, 100, 250, 1_000]);
}

function countOfEach<K extends string>(names: readonly K[]): Record<K, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<K, number>;
}
