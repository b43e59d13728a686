/** `chat bench`: measures a running server with simulated users. @module */
import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { BenchError } from "./bench/load_client.ts";
import { plotLatency } from "./bench/plot.ts";
import { type BenchResult, MIN_TEXT_BYTES, runBench } from "./bench/run.ts";
import { CommandFailed, EXIT_INTERRUPTED, EXIT_USAGE } from "./common/exit.ts";
import { HOST_ARGUMENT, parseServerPort, serverAddress } from "./common/server_address.ts";
import { wholeNumber } from "./common/whole_number.ts";

/** More would measure this program's memory instead of the server. */
const MAX_COUNTED = 500_000_000;

/** The command, for the tree in mod.ts. */
export function benchCommand(): CommandUnknownOpts {
  const command = new Command("bench")
    .description("Measure a server of your own: messages per second, latency, losses.")
    .argument("<host>", HOST_ARGUMENT)
    .argument("[port]", "its port", parseServerPort)
    .option("--clients <n>", "users in the room", wholeNumber(2, 20_000), 20)
    .option("--seconds <s>", "duration of the measurement", wholeNumber(1, 86_400), 10)
    .option("--rate <n>", "messages per second, all senders together", wholeNumber(1, 1e6), 100)
    .option("--senders <n>", "number of users who send", wholeNumber(1, 20_000), 1)
    .option("--bytes <n>", "length of a message's text", wholeNumber(MIN_TEXT_BYTES, 350), 64)
    .option("--accounts", "register an account for each user, and delete it at the end")
    .option("--plain", "connect without TLS, to the port of --plain")
    .option("--plot <file>", "write a plot of latency over time (SVG)")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nThe server should run with --guests --limits off and enough --slots. Exit code 1: a message was lost.",
    );
  return command.action(async (text, given, options) => {
    const { host: hostname, port } = serverAddress(text, given);
    const { clients, seconds, rate, senders, bytes, accounts, plain, plot, json } = options;
    if (senders > clients) {
      throw new CommandFailed("There cannot be more senders than clients", EXIT_USAGE);
    }
    if (clients * rate * seconds > MAX_COUNTED) {
      throw new CommandFailed(
        "Too much for one run: use fewer clients, a lower rate or less time",
        EXIT_USAGE,
      );
    }
    using interrupt = onInterrupt();
    const result = await measure({
      hostname,
      port,
      tls: plain !== true,
      clients,
      seconds,
      rate,
      senders,
      textBytes: bytes,
      accounts: accounts === true,
      signal: interrupt.signal,
      ...(json ? {} : { progress: (text: string) => console.log(text) }),
    });
    const { failures, ...numbers } = result;
    const lost = result.expected - result.delivered;
    console.log(
      json ? JSON.stringify({ ...numbers, lost, failures: failures.length }) : table(result),
    );
    if (plot !== undefined) {
      const title = `${clients} clients, ${senders} sending ${rate} messages a second`;
      await writePlot(plot, plotLatency({ title, seconds: result.seconds }));
    }
    if (lost > 0 || failures.length > 0) {
      const why = failures[0]
        ? `; ${failures.length} clients did not stay: ${failures[0].message}`
        : "";
      throw new CommandFailed(`${lost} of ${result.expected} deliveries were lost${why}`);
    }
  });
}

async function writePlot(path: string, svg: string): Promise<void> {
  try {
    await Deno.writeTextFile(path, svg);
  } catch (cause) {
    throw new CommandFailed(`Cannot write ${path}`, 1, { cause });
  }
}

async function measure(options: Parameters<typeof runBench>[0]): Promise<BenchResult> {
  try {
    return await runBench(options);
  } catch (error) {
    if (options.signal.aborted) throw new CommandFailed("Interrupted", EXIT_INTERRUPTED);
    if (!(error instanceof BenchError)) throw error;
    throw new CommandFailed(`${error.message}${HINTS[error.fault]}`, 1, { cause: error });
  }
}

const HINTS: { readonly [fault in BenchError["fault"]]: string } = {
  "unreachable": "",
  "full": " (start the server with more --slots)",
  "needs-account": " (start the server with --guests, or use --accounts)",
  "refused": " (the server should run with --guests --limits off)",
  "limited": " (start the server with --limits off)",
  "lost": " (the server should run with --guests --limits off)",
};

function table({ enterMs, sent, delivered, expected, tookMs, latency, sendDelayMs }: BenchResult) {
  const perSecond = (count: number) => Math.round(count * 1_000 / Math.max(1, tookMs));
  const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 1)} ms`;
  const rows = [
    ["all clients in after", ms(enterMs)],
    ["messages sent", `${sent} (${perSecond(sent)} a second)`],
    ["deliveries", `${delivered} (${perSecond(delivered)} a second)`],
    ["lost", `${expected - delivered}`],
    ["latency, p50", ms(latency.p50)],
    ["latency, p90", ms(latency.p90)],
    ["latency, p99", ms(latency.p99)],
    ["latency, max", ms(latency.max)],
    ["send delay, p99", ms(sendDelayMs)],
  ];
  return rows.map(([name = "", value]) => `${name.padEnd(28)} ${value}`).join("\n");
}

function onInterrupt(): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const stop = () => controller.abort(new DOMException("Interrupted", "AbortError"));
  Deno.addSignalListener("SIGINT", stop);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => Deno.removeSignalListener("SIGINT", stop),
  };
}
