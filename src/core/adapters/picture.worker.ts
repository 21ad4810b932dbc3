import { parentPort } from "node:worker_threads";
import { type Fault, isFault, reasonOf } from "../util/faults.ts";
import { makeThumbnail } from "./make-thumbnail.ts";
import type { FromPictureThread, ToPictureThread } from "./picture-messages.ts";

// Unpacks pictures of strangers: what breaks here takes nothing else with it.

const port = parentPort;
port?.on("message", ({ id, picture, maxEdge }: ToPictureThread) => {
  port.postMessage(answer(id, picture, maxEdge), []);
});

function answer(id: number, picture: Uint8Array, maxEdge: number): FromPictureThread {
  try {
    return { kind: "done", id, thumbnail: makeThumbnail(picture, maxEdge) };
  } catch (error) {
    const broken: Fault = { code: "formatInvalid", what: "the picture", reason: reasonOf(error) };
    return { kind: "failed", id, fault: isFault(error) ? error.fault : broken };
  }
}
