/**
 * Configures where log records go and how they are formatted. Modules log with `getLogger(["chat", ...])`; the program
 * calls {@linkcode configureLog} once.
 *
 * Never logged: passwords, tickets, keys, private messages. Room messages are logged in the
 * category {@linkcode MESSAGES}, which is off by default.
 *
 * @module
 */
import {
  configure,
  getJsonLinesFormatter,
  getTextFormatter,
  type LogRecord,
  reset,
  type Sink,
  type TextFormatter,
} from "@logtape/logtape";
import { getRotatingFileSink } from "@logtape/file";
import { cleanText } from "./text.ts";

/** From most to least verbose. */
export const LOG_LEVELS = ["trace", "debug", "info", "warning", "error", "fatal"] as const;
/** One of {@linkcode LOG_LEVELS}. */
export type LogLevelName = typeof LOG_LEVELS[number];
/** Format of a record. */
export type LogFormat = "text" | "json";

/** The category of room messages. */
export const MESSAGES = ["chat", "messages"] as const;
/** Size at which a log file is rotated, in bytes. */
export const LOG_FILE_BYTES = 10 * 1024 * 1024;
/** How many log files are kept, the current one included. */
const LOG_FILES = 5;

/** Shortest time between two lines about errors of the log itself. */
const OWN_FAULTS_PAUSE_MS = 60_000;

/** Options for {@linkcode configureLog}. */
export interface LogOptions {
  /** Writes one formatted record, its line end included, to standard error for a program. */
  readonly write: (line: string) => void;
  /** Records below it are dropped. */
  readonly level: LogLevelName;
  /** Text for people, or one JSON object per line. */
  readonly format: LogFormat;
  /** Whether `write` goes to systemd's journal: lines get a priority and no time stamp (sd-daemon(3)). */
  readonly journal?: boolean;
  /** A file to log to as well; see {@linkcode LOG_FILE_BYTES}. */
  readonly file?: string | undefined;
  /** Whether to log room messages. */
  readonly messages?: boolean;
}

/**
 * Configures logging for all of `chat`. Disposing the result flushes the file and
 * ends logging. Needs write permission for the file's folder.
 *
 * @throws {Error} When the file cannot be opened.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { getLogger } from "@logtape/logtape";
 * import { configureLog } from "./log.ts";
 * const lines: string[] = [];
 * {
 *   await using _log = await configureLog({
 *     write: (line) => lines.push(line), level: "info", format: "text", journal: true,
 *   });
 *   getLogger(["chat", "server"]).info("signed in", { name: "amy", password: "sesame" });
 * }
 * assert.deepEqual(lines, ['<6>server: signed in name=amy password=[hidden]\n']);
 * ```
 */
export async function configureLog(options: LogOptions): Promise<AsyncDisposable> {
  const { write, level, format, journal = false, file, messages = false } = options;
  const formatRecord = format === "json" ? formatJson : journal ? formatShort : formatLong;
  const sinks: Record<string, Sink> = {
    stream: (record) => {
      const line = formatRecord(redact(record));
      write(journal ? `<${PRIORITIES[record.level]}>${line}` : line);
    },
  };
  if (file !== undefined) sinks["file"] = fileSink(file, format);
  const names = Object.keys(sinks);
  await configure({
    sinks: { ...sinks, ownFaults: ownFaultsSink(sinks["stream"]!) },
    reset: true,
    loggers: [
      { category: ["chat"], sinks: names, lowestLevel: level },
      {
        category: [...MESSAGES],
        sinks: names,
        parentSinks: "override",
        lowestLevel: messages ? "info" : null, // independent of the general level
      },
      { category: ["logtape", "meta"], sinks: ["ownFaults"], lowestLevel: "warning" },
    ],
  });
  return { [Symbol.asyncDispose]: () => reset() };
}

/** Whether `level` is one of {@linkcode LOG_LEVELS}. */
export function isLogLevel(level: string): level is LogLevelName {
  return LOG_LEVELS.some((known) => known === level);
}

// syslog(3)
const PRIORITIES: { readonly [level in LogLevelName]: number } = {
  trace: 7,
  debug: 7,
  info: 6,
  warning: 4,
  error: 3,
  fatal: 2,
};

const SECRET = /^(pass(word|phrase)?|secret|ticket|token|code|key|privateKey|authorization|text)$/i;
const HIDDEN = "[hidden]";

const formatJson = getJsonLinesFormatter({ properties: "flatten" });
const formatLong = textFormatter("rfc3339");
const formatShort = textFormatter("none");

function textFormatter(timestamp: "rfc3339" | "none"): TextFormatter {
  return getTextFormatter({
    timestamp,
    level: "full",
    category: (category) => category.slice(1).join(".") || "chat",
    value: (value, inspect) => typeof value === "string" ? cleanText(value) : inspect(value),
    format: ({ timestamp: time, level, category, message, record }) => {
      const start = time === null ? "" : `${time} ${level.padEnd(7)} `;
      // A record is one line, whatever text it contains.
      return cleanText(`${start}${category}: ${message}${formatProperties(record)}`);
    },
  });
}

/** The properties that the message does not mention, as `key=value`. */
function formatProperties({ properties, rawMessage }: LogRecord): string {
  const template = typeof rawMessage === "string" ? rawMessage : "";
  return Object.entries(properties)
    .filter(([key, value]) => value !== undefined && !template.includes(`{${key}}`))
    .map(([key, value]) => ` ${key}=${formatValue(value)}`).join("");
}

function formatValue(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(`${value.name}: ${value.message}`);
  if (typeof value !== "string") return JSON.stringify(value) ?? String(value);
  return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}

/** For errors of the log itself, at a limited rate: on a full disk every line fails. */
function ownFaultsSink(sink: Sink): Sink {
  let nextMs = -Infinity;
  return (record) => {
    const nowMs = performance.now();
    if (nowMs < nextMs) return;
    nextMs = nowMs + OWN_FAULTS_PAUSE_MS;
    const message = record.message.map((part) => part instanceof Error ? part.message : part);
    sink({ ...record, message });
  };
}

function fileSink(path: string, format: LogFormat): Sink & AsyncDisposable {
  // Which way of disposal it has depends on `nonBlocking`.
  const sink: Sink & Partial<Disposable & AsyncDisposable> = getRotatingFileSink(path, {
    formatter: format === "json" ? formatJson : formatLong,
    maxSize: LOG_FILE_BYTES,
    maxFiles: LOG_FILES - 1, // the rotated ones
    flushInterval: 1_000,
    nonBlocking: true,
  });
  const redacting: Sink = (record) => sink(redact(record));
  return Object.assign(redacting, {
    [Symbol.asyncDispose]: async () => {
      await sink[Symbol.asyncDispose]?.();
      sink[Symbol.dispose]?.();
    },
  });
}

/** The record without secrets in its properties and its message. */
function redact(record: LogRecord): LogRecord {
  const isMessage = record.category[1] === MESSAGES[1];
  const secret = Object.keys(record.properties).filter((key) =>
    SECRET.test(key) && !(isMessage && key === "text")
  );
  if (secret.length === 0) return record;
  const values = new Set(secret.map((key) => record.properties[key]));
  const properties = { ...record.properties };
  for (const key of secret) properties[key] = HIDDEN;
  const message = record.message.map((part, i) => i % 2 === 1 && values.has(part) ? HIDDEN : part);
  return { ...record, properties, message };
}
