/** What tests share. @module */
export { tempDir } from "./temp_dir.ts";
