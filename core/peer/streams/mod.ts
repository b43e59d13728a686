/**
 * Sound and picture from client to client.
 *
 * @module
 */
export { Broadcast, type SendOptions } from "./broadcast.ts";
export { IncomingStream, type ReceiveOptions, receiveStream } from "./incoming.ts";
export type { StreamLink } from "./link.ts";
export { Outgoing, type OutgoingOptions } from "./outgoing.ts";
export type { StreamOffer } from "./protocol.ts";
export { type AcceptOptions, Receiving, type ReceivingLink } from "./receiving.ts";
export { Sending, sendStream } from "./sending.ts";
export type { SinkOptions } from "./sinks.ts";
export type { Side, StreamEnd, StreamState, StreamStats } from "./types.ts";
