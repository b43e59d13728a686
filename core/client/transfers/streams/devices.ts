/** The microphones and cameras of this machine. @module */
import { type Device, listDevices } from "../../../media/devices.ts";
import { checkTool } from "../../../media/ffmpeg.ts";
import { asClientError } from "./report.ts";

/**
 * Lists microphones and cameras, the preferred one of each kind first.
 *
 * Needs `--allow-run=ffmpeg`.
 *
 * @throws {ClientError} `no-ffmpeg`, also if ffmpeg is installed but does not work: with its own message.
 */
export async function findDevices(): Promise<Device[]> {
  try {
    await checkTool("ffmpeg"); // a broken ffmpeg would seem to find no devices
    return await listDevices();
  } catch (error) {
    throw asClientError(error, "");
  }
}
