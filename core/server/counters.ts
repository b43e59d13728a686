/**
 * What a server counts about itself. Plain numbers: counting is all the hot path pays for; they are read when
 * somebody asks.
 *
 * @module
 */
import type { TrafficCounts } from "../net/connection.ts";
import { Histogram } from "./histogram.ts";
import { DOOR_NAMES, type DoorName } from "./doors/door.ts";
import type { CheckedSignIn, RegisterOutcome } from "./outcomes.ts";

/** Why somebody was not let in. */
export type Refusal = "full" | "address" | "banned" | "too-fast" | "evicted" | "handshake";

/** The counts of one server since its start. */
export class Counters {
  /** Bytes of all connections, without TLS's own. */
  readonly traffic: TrafficCounts = { bytesIn: 0, bytesOut: 0 };
  /** Said to a room. */
  roomMessages = 0;
  /** Said to one user. */
  privateMessages = 0;
  /** Messages handed to sessions: one to a room counts once for each that hears it. */
  deliveries = 0;
  /** Connections that have come to a door. */
  readonly entered: Record<DoorName, number> = countOfEach(DOOR_NAMES);
  /** Connections turned away. */
  readonly refused: Record<Refusal, number> = {
    "full": 0,
    "address": 0,
    "banned": 0,
    "too-fast": 0,
    "evicted": 0,
    "handshake": 0,
  };
  /** Sign-ins by what became of them. */
  readonly signIns: Record<CheckedSignIn["state"], number> = {
    "ok": 0,
    "wrong": 0,
    "limited": 0,
    "busy": 0,
    "banned": 0,
    "too-many-sessions": 0,
  };
  /** Registrations by what became of them. */
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
  /** How long the database took to write the messages of a turn, in milliseconds. */
  readonly commitMs: Histogram = new Histogram([0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 100, 500]);
  /** How late timers were, in milliseconds: how long one piece of work held up all others. */
  readonly loopDelayMs: Histogram = new Histogram([1, 2.5, 5, 10, 25, 50, 100, 250, 1_000]);
}

function countOfEach<K extends string>(names: readonly K[]): Record<K, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<K, number>;
}
