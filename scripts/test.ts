/**
 * `deno task test [FILE... | --filter TEXT ...]`: installs what the tests need, runs them together
 * with the documentation's examples, and ends with one line, `N passed, N failed`.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { ensurePrograms, TEST_PROGRAMS } from "./needed_programs.ts";
import { fetchPackages } from "./prepare.ts";
import { parseTestSummary } from "./test_summary.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

// `deno test` has no time limit, but reports after 1, 2, 4, 8 minutes that a test still runs.
const HANGS = /^'.*' has been running for over \((?:[89]|\d\d)m/m;

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: readonly string[]): Promise<number> {
  const missing = await ensurePrograms(TEST_PROGRAMS);
  if (missing !== undefined) {
    console.error(missing);
    return 1;
  }
  if (!await fetchPackages()) {
    console.error("Cannot fetch all packages; going on with what is there");
  }
  const { code, output } = await runTests(args);
  const { passed, failed, ignored } = parseTestSummary(output, code);
  // CI has every program: a test that is skipped there hides something.
  const skipped = Deno.env.get("CI") === "true" ? ignored : 0;
  if (skipped > 0) console.log(`${skipped} ignored, which counts as failed when CI=true`);
  console.log(`${passed} passed, ${failed + skipped} failed`);
  return failed + skipped > 0 ? 1 : code;
}

/** Runs `deno test`; its output is printed while it runs, and returned. */
async function runTests(args: readonly string[]): Promise<{ code: number; output: string }> {
  const targets = args.some((arg) => /\.tsx?$|^tests\b|^core\b/.test(arg)) ? [] : ["tests", "core"];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "--quiet", "-A", "--doc", "--parallel", ...args, ...targets],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const decoder = new TextDecoder();
  let output = "";
  for await (const chunk of child.stdout) {
    await writeAll(chunk);
    output += decoder.decode(chunk, { stream: true });
    if (HANGS.test(stripVTControlCharacters(output))) {
      console.log("\nStopped: a test hangs");
      child.kill();
      break;
    }
  }
  return { code: (await child.status).code, output };
}

async function writeAll(bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await Deno.stdout.write(bytes.subarray(at));
}
