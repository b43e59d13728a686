/** A well-behaved client on a thread of its own, which measures how long a PING takes while others misbehave. @module */

/** Round trips of a client's PINGs, in milliseconds. */
export interface PingTimes {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** A client that sends PINGs until it is stopped. */
export interface GoodClient {
  /** Stops it and returns the round trips. */
  stop(): Promise<PingTimes>;
}

/** The client's own address and the server's. */
export interface GoodClientOptions {
  readonly port: number;
  readonly nick: string;
  readonly pass?: string;
  readonly from?: string;
  readonly everyMs?: number;
}

/** Connects, registers, and begins to measure. */
export async function startGoodClient(options: GoodClientOptions): Promise<GoodClient> {
  const worker = new Worker(new URL("./good_client_worker.ts", import.meta.url), {
    type: "module",
  });
  const answer = () =>
    new Promise<MessageEvent>((resolve, reject) => {
      worker.onmessage = resolve;
      worker.onerror = (event) => reject(new Error(event.message));
    });
  worker.postMessage(options);
  const { data } = await answer();
  if (data !== "ready") throw new Error(`Not ready: ${JSON.stringify(data)}`);
  return {
    async stop() {
      worker.postMessage("stop");
      const { data } = await answer();
      worker.terminate();
      return summaryOf(data);
    },
  };
}

function summaryOf(times: readonly number[]): PingTimes {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
  return { count: sorted.length, p50: at(0.5) ?? NaN, p99: at(0.99) ?? NaN, max: at(1) ?? NaN };
}
