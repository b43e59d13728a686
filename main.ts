/** `chat`: arguments in, exit code out. @module */
import { run } from "./cmd/mod.ts";

if (import.meta.main) Deno.exit(await run(Deno.args));
