/**
 * Audio and video from client to client.
 *
 * @module
 */
export type { ReceivingLink, StreamAcceptOptions } from "./accept_options.ts";
export { Broadcast, type SendStreamOptions } from "./broadcast.ts";
export { IncomingStream, receiveStream, type ReceiveStreamOptions } from "./incoming.ts";
export type { StreamLink } from "./link.ts";
export { StreamSender } from "./stream_sender.ts";
export type { StreamSenderOptions } from "./stream_sender_options.ts";
export type { StreamOffer } from "./protocol.ts";
export { StreamReceiver } from "./stream_receiver.ts";
export { sendStream, SingleSend } from "./single_send.ts";
export type { SinkOptions } from "./sinks.ts";
export type { Side, StreamEnd, StreamState, StreamStats } from "./types.ts";
