/** The program's version, shown by `chat --version`, IRC's 004 and `/hello`. @module */
import config from "../../deno.json" with { type: "json" };

/** Semantic version, from deno.json. */
export const VERSION: string = config.version;
