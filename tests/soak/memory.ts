/** How much memory a process has taken. @module */

/** Peak memory of the process in MiB, as Linux reports it. */
export async function memoryPeakMiB(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? NaN) / 1024;
}
