/**
 * Exports a server's counters to Prometheus. Values are read on request; nothing is counted here.
 *
 * @module
 */
import { Counter, Gauge, Histogram as PromHistogram, Registry } from "prom-client";
import { type MaybePromise, whenReady } from "../../ground/maybe_promise.ts";
import { VERSION } from "../../ground/version.ts";
import { type ServerContext, wallTimeOf } from "../acts/context.ts";
import type { Histogram } from "../common/histogram.ts";

/** What the metrics are read from. */
type Source = Pick<
  ServerContext,
  | "connections"
  | "counters"
  | "disk"
  | "hub"
  | "slots"
  | "startedAt"
  | "steadyNow"
  | "store"
  | "wallNow"
  | "writer"
>;

/** Label values and their numbers. */
type Rows = Readonly<Record<string, number>>;

/** Makes a registry of a server's metrics. */
export function metricsOf(source: Source): Registry {
  const registry = new Registry();
  const { connections, counters, disk, hub, slots, store, writer } = source;
  const startSeconds = wallTimeOf(source, source.startedAt) / 1_000;
  const gauge = (name: string, help: string, read: () => MaybePromise<number>) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        return whenReady(read(), (value) => this.set(value));
      },
    });
  const counter = (name: string, help: string, read: () => number) =>
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  const labelled = (name: string, help: string, label: string, read: () => Rows) =>
    new Counter({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      collect() {
        this.reset();
        for (const [key, value] of Object.entries(read())) this.inc({ [label]: key }, value);
      },
    });

  new Gauge({
    name: "chat_build_info",
    help: "Always 1; the labels have the versions.",
    labelNames: ["version"],
    registers: [registry],
  }).set({ version: VERSION }, 1);
  gauge("chat_start_time_seconds", "When the server started.", () => startSeconds);
  gauge("chat_slots", "Maximum number of connections.", () => slots.total);
  gauge("chat_slots_used", "Slots in use.", () => slots.used);
  new Gauge({
    name: "chat_connections",
    help: "Open connections, by door.",
    labelNames: ["door", "transport"],
    registers: [registry],
    collect() {
      this.reset();
      for (const { door = "none", transport } of connections) this.inc({ door, transport });
    },
  });
  labelled(
    "chat_connections_total",
    "Connections by door.",
    "door",
    () => counters.entered,
  );
  labelled(
    "chat_refused_total",
    "Refused connections, by reason.",
    "reason",
    () => counters.refused,
  );
  labelled(
    "chat_sign_ins_total",
    "Sign-ins by outcome.",
    "result",
    () => counters.signIns,
  );
  labelled(
    "chat_registrations_total",
    "Registrations by outcome.",
    "result",
    () => counters.registrations,
  );
  gauge("chat_users", "Users online.", () => hub.userCount);
  gauge("chat_rooms", "Number of rooms.", () => hub.rooms.count);
  labelled("chat_messages_total", "Messages by kind of target.", "to", () => ({
    room: counters.roomMessages,
    user: counters.privateMessages,
  }));
  counter(
    "chat_deliveries_total",
    "Messages delivered to sessions, one for each receiver.",
    () => counters.deliveries,
  );
  counter(
    "chat_received_bytes_total",
    "Bytes received, without the overhead of TLS.",
    () => counters.traffic.bytesIn,
  );
  counter(
    "chat_sent_bytes_total",
    "Bytes sent, without the overhead of TLS.",
    () => counters.traffic.bytesOut,
  );
  gauge("chat_outbox_bytes", "Bytes queued for sending, on all connections.", () => {
    let sum = 0;
    for (const { session } of connections) sum += session?.pendingBytes ?? 0;
    return sum;
  });
  gauge("chat_outbox_max_bytes", "Bytes queued for sending, on the slowest connection.", () => {
    let most = 0;
    for (const { session } of connections) most = Math.max(most, session?.pendingBytes ?? 0);
    return most;
  });
  new CountedHistogram(registry, counters.loopDelayMs, {
    name: "chat_event_loop_delay_seconds",
    help: "Event loop delay.",
  });
  new CountedHistogram(registry, counters.commitMs, {
    name: "chat_store_commit_seconds",
    help: "Duration of database commits.",
  });
  gauge(
    "chat_store_backlog_messages",
    "Messages waiting for the database.",
    () => writer.backlog,
  );
  gauge(
    "chat_store_failing",
    "1 while the database cannot be written to.",
    () => writer.isFailing ? 1 : 0,
  );
  gauge(
    "chat_store_bytes",
    "Size of the database.",
    () => whenReady(store.upkeep.size(), ({ fileBytes }) => fileBytes),
  );
  new Gauge({
    name: "chat_disk_bytes",
    help: "Space of the database's disk, free and in total.",
    labelNames: ["space"],
    registers: [registry],
    collect() {
      this.reset();
      if (!disk.space) return;
      this.set({ space: "free" }, disk.space.freeBytes);
      this.set({ space: "total" }, disk.space.totalBytes);
    },
  });
  gauge("chat_disk_low", "1 while free disk space is low.", () => disk.isLow ? 1 : 0);
  gauge(
    "process_resident_memory_bytes",
    "Resident memory size in bytes.",
    () => Deno.memoryUsage().rss,
  );
  return registry;
}

/** Exports a {@linkcode Histogram} of milliseconds. */
class CountedHistogram extends PromHistogram {
  #counted: Histogram;
  #about: { readonly name: string; readonly help: string };

  constructor(
    registry: Registry,
    counted: Histogram,
    about: { readonly name: string; readonly help: string },
  ) {
    super({ ...about, registers: [registry] });
    this.#counted = counted;
    this.#about = about;
  }

  /** What the registry asks for when it writes text; prom-client's types leave it out. */
  getForPromString() {
    const { name, help } = this.#about;
    const { bounds, counts, sum } = this.#counted;
    let below = 0;
    const buckets = counts.map((count, at) => {
      below += count;
      const bound = bounds[at];
      const le = bound === undefined ? "+Inf" : bound / 1_000;
      return { metricName: `${name}_bucket`, labels: { le }, value: below };
    });
    const values = [
      ...buckets,
      { metricName: `${name}_sum`, labels: {}, value: sum / 1_000 },
      { metricName: `${name}_count`, labels: {}, value: below },
    ];
    return Promise.resolve({ name, help, type: "histogram", aggregator: "sum", values });
  }
}
