/** Hosts of a test's own: network namespaces with cables between them. Needs Linux, root and `ip`. @module */

/** A network namespace. */
export interface Host {
  /** Put before a command line, runs it on this host. */
  readonly within: readonly string[];
}

/** A server's host and two clients' hosts that reach the server, each by a cable of its own, and not each other. */
export interface IslandNetwork extends AsyncDisposable {
  readonly server: Host;
  /** With the server's address as this client sees it. */
  readonly clients: readonly (Host & { readonly serverAddress: string })[];
}

/** Makes two islands with a server between them that forwards nothing. */
export async function islands(): Promise<IslandNetwork> {
  const name = `chat${crypto.randomUUID().slice(0, 4)}`;
  await using undo = new AsyncDisposableStack();
  const add = async (host: string) => {
    await ip("netns", "add", host);
    undo.defer(() => ip("netns", "del", host));
    await ip("-n", host, "link", "set", "lo", "up");
    return { within: ["ip", "netns", "exec", host] };
  };
  const server = await add(`${name}s`);
  const clients = [];
  for (const n of [1, 2]) {
    const host = await add(`${name}${n}`);
    const [near, far] = [`${name}n${n}`, `${name}f${n}`];
    await ip(
      "link",
      "add",
      near,
      "netns",
      `${name}s`,
      "type",
      "veth",
      "peer",
      far,
      "netns",
      `${name}${n}`,
    );
    await ip("-n", `${name}s`, "addr", "add", `10.213.${n}.1/24`, "dev", near);
    await ip("-n", `${name}${n}`, "addr", "add", `10.213.${n}.2/24`, "dev", far);
    await ip("-n", `${name}s`, "link", "set", near, "up");
    await ip("-n", `${name}${n}`, "link", "set", far, "up");
    clients.push({ ...host, serverAddress: `10.213.${n}.1` });
  }
  const owned = undo.move();
  return { server, clients, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function ip(...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("ip", { args, stdout: "null" }).output();
  if (!success) {
    throw new Error(`Cannot run ip ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  }
}
