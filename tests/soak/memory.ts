/** How much memory a process has taken. @module */

/** The most that the process has had at once, in MiB; by Linux's own account. */
export async function memoryPeakMiB(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? NaN) / 1024;
}
