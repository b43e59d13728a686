/** Which microphones and cameras there are. @module */
import { type Device, listDevices } from "../../media/devices.ts";
import { checkTool } from "../../media/ffmpeg.ts";
import { asClientError } from "./report.ts";

/**
 * Lists microphones and cameras, the preferred one of each kind first.
 *
 * Needs `--allow-run=ffmpeg`.
 *
 * @throws {ClientError} `no-ffmpeg`, also for one that is there and does not work: with its own words.
 */
export async function findDevices(): Promise<Device[]> {
  try {
    await checkTool("ffmpeg"); // one that does not work would seem to find nothing
    return await listDevices();
  } catch (error) {
    throw asClientError(error, "");
  }
}
