/** What tests share. @module */
export { type ChatEvent, runChat, RunningChat, type RunResult, startChat } from "./chat.ts";
export { type ClientOptions, register, startClient } from "./client.ts";
export { within } from "./deadline.ts";
export { freePort } from "./free_port.ts";
export { LineLog } from "./line_log.ts";
export { type Host, type IslandNetwork, islands } from "./networks.ts";
export { type Program, program, type ProgramOptions, ROOT } from "./program.ts";
export { type RunningServer, type ServerOptions, startServer } from "./server.ts";
export { tempDir } from "./temp_dir.ts";
export { Tmux, type TmuxOptions } from "./tmux.ts";
