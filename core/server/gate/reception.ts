/**
 * The reception: brings admitted connections to their doors, and tells refused ones why.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Admission, Connection } from "../../net/connection.ts";
import { MAX_REFUSALS } from "../../net/descriptors.ts";
import type { Slot, UnconfirmedSlot } from "../../net/slots.ts";
import type { LiveConnection } from "../common/connections.ts";
import type { Counters } from "../common/counters.ts";
import type { SessionDirectory } from "../common/session_directory.ts";
import { datagramDoor, detectDoor, type DoorTable } from "../doors/detect.ts";
import type { DatagramArrival, DatagramSession, Door, DoorEvents } from "../doors/door.ts";
import { refuse } from "../doors/refusal.ts";
import { AcceptedConnection } from "./accepted_connection.ts";
import type { Gate, RefusedConnection } from "./gate.ts";

const log = getLogger(["chat", "server"]);

/** An admitted connection without a door. */
interface AdmittedConnection {
  readonly accepted: AcceptedConnection;
  readonly connection: Connection;
  readonly slot: Slot;
}

/** The admission of a client whose lines arrive in datagrams. */
export interface DatagramAdmission {
  readonly state: "ok";
  readonly slot: UnconfirmedSlot;
  /** Opens its door. */
  open(caller: DatagramCaller): DatagramSession;
}

/** An admitted client whose lines arrive in datagrams, without a door. */
export interface DatagramCaller extends Pick<DatagramArrival, "transport"> {
  /** Port of the other end. */
  readonly port: number;
  /** Called once, when the session is closed. */
  readonly onClosed: () => void;
}

/** How long a {@linkcode Reception} waits for the first bytes, in milliseconds. */
export interface ReceptionDeadlines {
  /** Silence of a new connection after which it counts as a person at a line-based tool. */
  readonly doorMs: number;
  /** Silence of a refused connection after which it gets the reason as a line, not as an HTTP response. */
  readonly refusalMs: number;
}

/** Options for {@linkcode Reception}. */
export interface ReceptionOptions {
  readonly counters: Counters;
  readonly directory: SessionDirectory;
  readonly deadlines: ReceptionDeadlines;
  /** Milliseconds that never go back or jump. */
  readonly steadyNow: () => number;
  readonly gate: Gate;
  readonly doors: DoorTable;
  /** Refused connections that may be open at once, to be sent the reason; by default {@linkcode MAX_REFUSALS}. */
  readonly maxRefusals?: number | undefined;
}

/** Receives connections and UDP sessions for one server. */
export class Reception {
  #options: ReceptionOptions;
  #refusals = 0;
  #isClosed = false;

  /** No connections yet. */
  constructor(options: ReceptionOptions) {
    this.#options = options;
  }

  /** The protocols to offer by ALPN, preferred first. */
  get alpn(): readonly string[] {
    return this.#options.doors.flatMap(({ alpn }) => alpn);
  }

  /** Admits no more connections. */
  close(): void {
    this.#isClosed = true;
  }

  /** Decides on a new socket. @param cut Closes it during its handshake. */
  admit(address: string, cut: () => void): Admission | undefined {
    if (this.#isClosed) return undefined;
    const openedAt = this.#options.steadyNow();
    const accepted = new AcceptedConnection({ address, openedAt }, cut);
    const answer = this.#options.gate.take(accepted);
    if (answer.state === "refused") return this.#refusing(answer.reason);
    const { slot, released } = answer;
    return {
      opened: (connection) => {
        if (accepted.isOver) return connection.destroy();
        accepted.connected(connection);
        this.#receive({ accepted, connection, slot });
      },
      released,
    };
  }

  /** Decides on a UDP session, whose address may be forged. @param isShown The address was just confirmed by its code. */
  admitDatagrams(
    caller: LiveConnection,
    isShown: boolean,
  ): DatagramAdmission | RefusedConnection {
    const answer = this.#options.gate.takeUnconfirmed(caller, isShown);
    if (answer.state === "refused") return answer;
    const { slot, released } = answer;
    return {
      state: "ok",
      slot,
      open: ({ transport, port, onClosed }) => {
        const door = datagramDoor(this.#options.doors);
        const { address } = caller;
        const about = { door: door.name, transport: caller.transport, port };
        this.#connected(door, { address, ...about });
        const session = door.openDatagrams({
          slot,
          transport,
          onClosed(reason) {
            log.info("closed: {address}, {reason}", { address, reason, ...about });
            released();
            onClosed();
          },
        });
        this.#options.directory.add(session);
        return session;
      },
    };
  }

  async #receive(admitted: AdmittedConnection): Promise<void> {
    const { deadlines, gate, doors } = this.#options;
    const { accepted, connection } = admitted;
    const allowed = await gate.mayConnect(connection.address);
    if (accepted.isOver) return;
    const { doorMs, refusalMs } = deadlines;
    if (allowed.state === "refused") {
      return refuse(connection, { doors, reason: allowed.reason, silenceMs: refusalMs });
    }
    detectDoor(connection, {
      doors,
      silenceMs: doorMs,
      open: (door) => this.#open(door, admitted),
    });
  }

  #open(door: Door, { accepted, connection, slot }: AdmittedConnection): DoorEvents {
    const { address, port } = connection;
    const { name } = door;
    this.#connected(door, { address, door: name, transport: accepted.transport, port });
    const { events, session } = door.open({
      connection,
      slot,
      onClosed: (reason) =>
        log.info("closed: {address}, {reason}", { address, reason, door: name, port }),
    });
    if (session) this.#options.directory.add(session);
    accepted.enter({ door: name, events, session });
    return events;
  }

  #connected({ name }: Door, about: Record<string, unknown>): void {
    this.#options.counters.entered[name]++;
    log.info("connected: {address} by {door}", about);
  }

  #refusing(reason: string): Admission | undefined {
    const { doors, deadlines, maxRefusals = MAX_REFUSALS } = this.#options;
    if (this.#refusals >= maxRefusals) return undefined;
    this.#refusals++;
    const { refusalMs: silenceMs } = deadlines;
    return {
      opened: (connection) => refuse(connection, { doors, reason, silenceMs }),
      released: () => this.#refusals--,
    };
  }
}
