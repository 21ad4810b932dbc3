import type Docker from "dockerode";
import type { PullProgress } from "../ports/images.ts";
import { fault, isFault, reasonOf } from "../util/faults.ts";
import { statusOf, unreachable } from "./docker-fault.ts";
import { createPullProgress, pullFault } from "./pull-progress.ts";

/** The longest line an engine writes is some hundred bytes. */
const LONGEST = 2 ** 20;

/** Giving up ends the request, and with it the engine's work. @throws as `Images` says */
export async function pullImage(
  docker: Docker,
  address: string,
  image: string,
  onProgress: (progress: PullProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  const read = createPullProgress(image);
  let rest = "";
  const take = (text: string): void => {
    const lines = (rest + text).split("\n");
    rest = (lines.pop() ?? "").slice(-LONGEST);
    for (const line of lines) {
      const progress = line.trim() === "" ? undefined : read(parse(line));
      if (progress) onProgress(progress);
    }
  };
  try {
    signal.throwIfAborted();
    const stream = await docker.pull(named(image), { abortSignal: signal });
    stream.setEncoding("utf8");
    for await (const text of stream) take(String(text));
    signal.throwIfAborted();
    take("\n");
  } catch (error) {
    signal.throwIfAborted();
    if (isFault(error)) throw error;
    if (statusOf(error) === undefined) throw fault(unreachable(address, error), error);
    throw fault(pullFault(image, reasonOf(error)), error);
  }
}

/** Without a tag an engine would fetch all there are. */
const named = (image: string): string => (/[:@][^/]+$/.test(image) ? image : `${image}:latest`);

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
