/**
 * Sound and picture from client to client.
 *
 * @module
 */
export type { AcceptOptions, ReceivingLink } from "./accept_options.ts";
export { Broadcast, type SendOptions } from "./broadcast.ts";
export { IncomingStream, type ReceiveOptions, receiveStream } from "./incoming.ts";
export type { StreamLink } from "./link.ts";
export { Outgoing } from "./outgoing.ts";
export type { OutgoingOptions } from "./outgoing_options.ts";
export type { StreamOffer } from "./protocol.ts";
export { Receiving } from "./receiving.ts";
export { Sending, sendStream } from "./sending.ts";
export type { SinkOptions } from "./sinks.ts";
export type { Side, StreamEnd, StreamState, StreamStats } from "./types.ts";
