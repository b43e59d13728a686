/** The program's version, as `chat --version`, IRC's 004 and `/hello` show it. @module */
import config from "../deno.json" with { type: "json" };

/** Semantic version, from deno.json. */
export const VERSION: string = config.version;
