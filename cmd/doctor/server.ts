/**
 * Examines a server from outside, step by step, as far as it gets.
 *
 * @module
 */
import { lookup } from "node:dns/promises";
import { messageOf } from "../../core/ground/message_of.ts";
import { cleanText } from "../../core/ground/text.ts";
import { RELAY_ALPN } from "../../core/net/alpn.ts";
import { explainZone } from "../../core/net/dial_target.ts";
import { formatHost, withoutZone } from "../../core/net/host_text.ts";
import { judgeCertificate } from "./certificate.ts";
import { DoctorLine } from "./dial.ts";
import { type Finding, timed } from "./finding.ts";
import { askByUdp } from "./udp.ts";

/** Options for {@linkcode examineServer}. */
export interface ExamineOptions {
  /** Name or address, as the user typed it. */
  readonly hostname: string;
  /** From 1 to 65535. */
  readonly port: number;
  /** Whether to speak TLS. */
  readonly tls: boolean;
  /** Account whose sign-in is timed; without it, a stranger's registration. */
  readonly signIn?: { readonly name: string; readonly password: string } | undefined;
  /** Milliseconds since 1970, for the certificate's dates. */
  readonly nowMs?: number;
  /** How long each step may take, in milliseconds. */
  readonly stepMs?: number;
}

/** Longer than users wait. */
const STEP_MS = 10_000;
/** An answer by UDP arrives at once. */
const UDP_MS = 3_000;

/** Yields findings as they are made. Needs network permission. */
export async function* examineServer(options: ExamineOptions): AsyncGenerator<Finding> {
  const { stepMs = STEP_MS } = options;
  const named = await resolve(options.hostname, stepMs);
  yield named.finding;
  const reached = await reach(options, named.addresses, stepMs);
  yield* reached.findings;
  if (reached.address === undefined) return;
  const dialing = { ...options, address: reached.address };
  if (options.tls) {
    const { findings, spoken } = await examineTls(dialing, stepMs);
    yield* findings;
    if (!spoken) return;
  }
  const open = (signal: AbortSignal, alpn?: readonly string[]) =>
    DoctorLine.open({ ...dialing, signal, ...(alpn ? { alpn } : {}) });
  for (const door of DOORS) {
    yield await examine(door.check, stepMs, async (signal) => {
      using line = await open(signal);
      return await door.knock(line, signal, options);
    });
  }
  if (!options.tls) {
    yield await examineUdp(dialing, Math.min(stepMs, UDP_MS));
    return;
  }
  yield await examine("relay door", stepMs, async (signal) => {
    using line = await open(signal, [RELAY_ALPN]);
    if (line.tls?.alpnProtocol === RELAY_ALPN) {
      return "joins two clients that cannot reach each other";
    }
    throw new Error("not offered: clients must reach each other directly");
  }, "doubtful");
}

interface Door {
  readonly check: string;
  knock(line: DoctorLine, signal: AbortSignal, options: ExamineOptions): Promise<string>;
}

const DOORS: readonly Door[] = [
  {
    check: "IRC door",
    async knock(line, signal) {
      line.send("CAP LS 302");
      const [, list = ""] = await line.until(/ CAP \S+ LS (?:\* )?:?([^\r\n]*)/, signal);
      line.send("QUIT");
      return `answers, ${list.trim().split(/ +/).length} capabilities`;
    },
  },
  { check: "sign-in", knock: signIn },
  {
    check: "web door",
    async knock(line, signal, { hostname }) {
      const host = formatHost(withoutZone(hostname));
      line.send("GET / HTTP/1.1", `Host: ${host}`, "Connection: close", "");
      const [, status = ""] = await line.until(/^HTTP\/1\.[01] (\d{3}[^\r\n]*)/, signal);
      if (Number(status.slice(0, 3)) >= 400) throw new Error(`answers ${cleanText(status)}`);
      return `answers ${cleanText(status)}`;
    },
  },
  {
    check: "line door",
    async knock(line, signal) {
      const [, greeting = ""] = await line.until(/^([^\r\n]+)[\r\n]/, signal);
      return `greets silent connections: ${cleanText(greeting).slice(0, 60)}`;
    },
  },
];

async function signIn(
  line: DoctorLine,
  signal: AbortSignal,
  { signIn }: ExamineOptions,
): Promise<string> {
  const nick = signIn?.name ?? `doctor-${crypto.randomUUID().slice(0, 6)}`;
  if (signIn) line.send("CAP REQ sasl");
  line.send(`NICK ${nick}`, "USER doctor 0 * doctor");
  if (signIn) {
    line.send("AUTHENTICATE PLAIN");
    await line.until(/AUTHENTICATE \+/, signal);
    const { name, password } = signIn;
    line.send(`AUTHENTICATE ${new TextEncoder().encode(`\0${name}\0${password}`).toBase64()}`);
    const [, numeric] = await line.until(/ (90[0-7]) /, signal);
    if (numeric !== "900" && numeric !== "903") {
      throw new Error(`${name} cannot sign in (${numeric})`);
    }
    line.send("CAP END");
  }
  const [, welcome = ""] = await line.until(/ 001 \S+ :?([^\r\n]*)/, signal);
  line.send("QUIT");
  const as = signIn ? `as ${signIn.name}` : "as a stranger (--user NAME times a real one)";
  return `${as}: ${cleanText(welcome).slice(0, 60)}`;
}

async function resolve(hostname: string, stepMs: number) {
  const check = "name";
  try {
    const { value, tookMs } = await timed(stepMs, () => lookup(hostname, { all: true }));
    const addresses = [...new Set(value.map(({ address }) => address))];
    if (addresses.length === 0) throw new Error("no address");
    const finding: Finding = { check, state: "fine", text: addresses.join(", "), tookMs };
    return { addresses, finding };
  } catch (error) {
    const text = `${hostname} cannot be resolved (${messageOf(error)})`;
    return { addresses: [], finding: { check, state: "broken", text } satisfies Finding };
  }
}

/** Tries every address: one that does not answer delays clients that try it first. */
async function reach(
  { port }: ExamineOptions,
  addresses: readonly string[],
  stepMs: number,
): Promise<{ readonly findings: Finding[]; readonly address: string | undefined }> {
  const findings = await Promise.all(addresses.map(async (address): Promise<Finding> => {
    const check = "port";
    try {
      const { value, tookMs } = await timed(
        stepMs,
        (signal) => Deno.connect({ hostname: address, port, signal }),
      );
      value.close();
      return { check, state: "fine", text: `${address} takes connections on ${port}`, tookMs };
    } catch (error) {
      return {
        check,
        state: "broken",
        text: `${address} ${explainUnreachable(error, { address, port })}`,
      };
    }
  }));
  const at = findings.findIndex(({ state }) => state === "fine");
  const judged = findings.map((finding): Finding =>
    at >= 0 && finding.state === "broken" ? { ...finding, state: "doubtful" } : finding
  );
  return { findings: judged, address: addresses[at] };
}

function explainUnreachable(
  error: unknown,
  { address, port }: { readonly address: string; readonly port: number },
): string {
  const zone = explainZone(address, error);
  if (zone !== undefined) return `cannot be reached: ${zone}`;
  if (error instanceof Deno.errors.ConnectionRefused) {
    return `refuses ${port}: nothing listens there (is the server running, and on this address?)`;
  }
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return `does not answer on ${port}: a firewall drops it, or the machine is away`;
  }
  return `cannot be reached on ${port}: ${messageOf(error)}`;
}

async function examineTls(
  options: ExamineOptions & { readonly address: string },
  stepMs: number,
): Promise<{ readonly findings: Finding[]; readonly spoken: boolean }> {
  const check = "TLS";
  try {
    const { value: line, tookMs } = await timed(
      stepMs,
      (signal) => DoctorLine.open({ ...options, signal }),
    );
    using _line = line;
    const { tls } = line;
    if (!tls) throw new TypeError("Cannot look at the certificate of a plain connection");
    const text = `${tls.getProtocol() ?? "unknown version"}, ${tls.getCipher().name}`;
    const certificate = judgeCertificate({
      hostname: withoutZone(options.hostname), // no certificate names an interface
      certificate: tls.getPeerCertificate(),
      authorized: tls.authorized,
      nowMs: options.nowMs ?? Date.now(),
    });
    return { findings: [{ check, state: "fine", text, tookMs }, ...certificate], spoken: true };
  } catch (error) {
    const text = `no TLS here: ${messageOf(error)} (is it the plain port? then use --plain)`;
    return { findings: [{ check, state: "broken", text }], spoken: false };
  }
}

/** The port of `--plain` accepts UDP too, for `nc -u`. */
async function examineUdp(
  { address, port }: Pick<ExamineOptions, "port"> & { readonly address: string },
  stepMs: number,
): Promise<Finding> {
  const check = "UDP door";
  try {
    const { tookMs } = await timed(stepMs, (signal) => askByUdp({ address, port, signal }));
    return { check, state: "fine", text: `answers on ${port}`, tookMs };
  } catch (error) {
    const why = error instanceof DOMException && error.name === "TimeoutError"
      ? `no answer on ${port}: a firewall drops it, or nothing listens by UDP`
      : messageOf(error);
    return { check, state: "doubtful", text: `${why} (nc -u will not work)` };
  }
}

async function examine(
  check: string,
  stepMs: number,
  look: (signal: AbortSignal) => Promise<string>,
  otherwise: Finding["state"] = "broken",
): Promise<Finding> {
  try {
    const { value: text, tookMs } = await timed(stepMs, look);
    return { check, state: "fine", text, tookMs };
  } catch (error) {
    return { check, state: otherwise, text: messageOf(error) };
  }
}
