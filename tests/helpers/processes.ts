/** The processes that a program has started, as Linux lists them. @module */

/** A running ffmpeg or ffplay. */
export interface Tool {
  readonly pid: number;
  readonly name: string;
}

/** Every process of FFmpeg that is a child of the process `parent` and has not ended. */
export function toolsOf(parent: number): Tool[] {
  const found: Tool[] = [];
  for (const { name: entry } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const [, name = "", state, of] = /^\d+ \((.*)\) (\S) (\d+)/.exec(statOf(entry)) ?? [];
    if (Number(of) !== parent || state === "Z" || !/^ff(mpeg|play)$/.test(name)) continue;
    found.push({ pid: Number(entry), name });
  }
  return found;
}

/** What a process holds in memory, in MiB (proc(5)). */
export function residentMb(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

function statOf(entry: string): string {
  try {
    return Deno.readTextFileSync(`/proc/${entry}/stat`);
  } catch {
    return ""; // it has ended while we looked
  }
}
