/**
 * The parts of a server, assembled bottom-up.
 *
 * @module
 */
import { wakingClock, wallClock } from "../ground/clock.ts";
import { whenReady } from "../ground/maybe_promise.ts";
import { Slots } from "../net/slots.ts";
import { makeThrottle, NO_LIMITS, type Throttle } from "../net/throttle.ts";
import { Accounts, type AccountsOptions } from "./accounts/accounts.ts";
import { Bans } from "./accounts/bans.ts";
import { KnownAddresses } from "./accounts/known_addresses.ts";
import type { ServerContext } from "./acts/context.ts";
import { Connections } from "./common/connections.ts";
import { Counters } from "./common/counters.ts";
import { watchLoop } from "./common/loop_delay.ts";
import { SessionDirectory } from "./common/session_directory.ts";
import { Turn } from "./common/turn.ts";
import { serverDoors } from "./door_table.ts";
import type { RelayLimits } from "./doors/relay/meetings.ts";
import { relayLimits, RelayServer } from "./doors/relay/relay.ts";
import { Gate } from "./gate/gate.ts";
import { Reception } from "./gate/reception.ts";
import type { Hub } from "./hub/hub.ts";
import { DiskWatch } from "./keep/disk_space.ts";
import { HistoryWriter } from "./keep/history_writer.ts";
import { journalOf } from "./keep/journal.ts";
import { restoreHub } from "./keep/restore_hub.ts";
import { Retention } from "./keep/retention.ts";
import { RoomKeeper } from "./keep/room_keeper.ts";
import type { StoredState } from "./keep/stored_state.ts";
import { Ports } from "./ports.ts";
import { DEADLINES, type ServerOptions } from "./server_options.ts";

/** Strangers' slots for one address, or a tenth of all slots if that is more. */
const STRANGERS_PER_ADDRESS = 20;

/** For load tests. */
const NO_RELAY_LIMITS = { perAccount: Infinity, inAll: Infinity };

/** The parts of a server. */
export interface ServerParts {
  readonly context: ServerContext & { motd: readonly string[] };
  readonly gate: Gate;
  readonly reception: Reception;
  readonly ports: Ports;
  readonly rooms: RoomKeeper;
  readonly retention: Retention;
  readonly relay: RelayServer;
  /** To be disposed of last. */
  readonly resources: AsyncDisposableStack;
}

/** Assembles a server that does not listen yet. */
export function assembleServer(
  { steadyNow = wakingClock(), wallNow = wallClock(), ...options }: ServerOptions,
  stored: StoredState,
): ServerParts {
  const clocked: ClockedOptions = { ...options, steadyNow, wallNow };
  const resources = new AsyncDisposableStack();
  const throttle = options.limits ? resources.use(makeThrottle({ steadyNow })) : NO_LIMITS;
  const rooms = new RoomKeeper({ store: options.store.rooms, steadyNow });
  const relay = new RelayServer(steadyNow, relayLimitsOf(options));
  const context = assembleContext(clocked, { stored, throttle, rooms, relay });
  const gate = new Gate(context);
  const doors = serverDoors(context, relay);
  const reception = new Reception({ ...context, gate, doors, maxRefusals: options.refusals });
  const retention = new Retention({
    ...{ upkeep: options.store.upkeep, notedTime: stored.notedTime, steadyNow, wallNow },
    keepMs: options.keepHistoryMs,
    keepBytes: options.keepHistoryBytes,
  });
  resources.use(watchLoop(context.counters.loopDelayMs));
  const ports = new Ports({ context, gate, reception, spare: options.spare });
  return { context, gate, reception, ports, rooms, retention, relay, resources };
}

type ClockedOptions = ServerOptions & Required<Pick<ServerOptions, "steadyNow" | "wallNow">>;

interface Foundations {
  readonly stored: StoredState;
  readonly throttle: Throttle;
  readonly rooms: RoomKeeper;
  readonly relay: RelayServer;
}

function assembleContext(
  options: ClockedOptions,
  { stored, throttle, rooms, relay }: Foundations,
): ServerParts["context"] {
  const { store, steadyNow, wallNow } = options;
  const counters = new Counters();
  const bans = new Bans({ store: store.rooms, stored: stored.bans, now: wallNow });
  const known = new KnownAddresses({ store: store.accounts, stored: stored.known, wallNow });
  const writer = new HistoryWriter({ store, steadyNow, commitMs: counters.commitMs });
  const turn = new Turn({
    store: () => whenReady(writer.commit(), () => rooms.settled),
    sent: () => writer.tidy(),
  });
  const directory = new SessionDirectory();
  const journal = journalOf({
    ...{ history: store.history, rooms, directory, counters },
    findRoom: (name) => hub.rooms.find(name),
    due: () => turn.schedule(),
  });
  const hub: Hub = restoreHub(stored, { steadyNow, wallNow, observe: journal });
  const accounts = assembleAccounts(options, {
    store: store.accounts,
    ...{ throttle, bans, counters, known, directory },
  });
  return {
    ...{ name: options.name, guests: options.guests, motd: options.motd ?? [] },
    ...{ hub, store, accounts, throttle, known, turn, bans, counters, writer, directory },
    slots: makeSlots(options),
    connections: new Connections(),
    disk: new DiskWatch({ folder: options.dataFolder, steadyNow }),
    relay,
    deadlines: { ...DEADLINES, ...options.deadlines },
    ...{ startedAt: steadyNow(), steadyNow, wallNow },
  };
}

function assembleAccounts(
  { name, limits, slots, iterations, steadyNow, wallNow }: ClockedOptions,
  { directory, ...parts }:
    & Pick<AccountsOptions, "store" | "throttle" | "bans" | "counters" | "known">
    & { readonly directory: SessionDirectory },
): Accounts {
  return new Accounts({
    ...parts,
    ...{ serverName: name, steadyNow, wallNow },
    sessions: {
      countOf: (account) => directory.sessionsOf(account).length,
      most: limits ? sessionsPerAccount(slots) : Infinity,
    },
    ...(iterations !== undefined && { iterations }),
  });
}

function relayLimitsOf({ limits, slots }: Pick<ServerOptions, "limits" | "slots">): RelayLimits {
  return limits ? relayLimits(slots) : NO_RELAY_LIMITS;
}

function makeSlots({ slots, limits, steadyNow }: ClockedOptions): Slots {
  const perAddress = Math.max(STRANGERS_PER_ADDRESS, slots / 10);
  return new Slots({
    ...{ total: slots, steadyNow },
    strangersPerAddress: limits ? perAddress : Infinity,
  });
}

/** Half of the slots, or four of a few, but not the last one: a group may share an account. */
function sessionsPerAccount(slots: number): number {
  return Math.max(1, Math.min(slots - 1, Math.max(4, Math.floor(slots / 2))));
}
