import { setTimeout as sleep } from "node:timers/promises";
import type { Container } from "dockerode";
import { createLineSplitter } from "../serving/logs/split-lines.ts";
import { createDemux } from "./docker-demux.ts";
import { statusOf } from "./docker-fault.ts";

const TAIL_LINES = 400;

/** A stream that ends while the container runs, as with its engine, is opened again from where it ended. */
export async function followContainer(
  container: Container,
  from: "start" | "tail",
  onLines: (lines: readonly string[]) => void,
  signal: AbortSignal,
): Promise<void> {
  let since: string | undefined;
  const received = { at: Date.now() };
  const next = (): string => ((received.at + 1) / 1000).toFixed(3);
  while (!signal.aborted) {
    try {
      await readOnce(container, since === undefined && from === "tail", since, received, onLines, signal);
      since = next();
      const { State } = await container.inspect({ abortSignal: signal });
      if (!State.Running) return;
    } catch (error) {
      if (signal.aborted || statusOf(error) === 404) return;
      since = next();
      await sleep(1000, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function readOnce(
  container: Container,
  tail: boolean,
  since: string | undefined,
  received: { at: number },
  onLines: (lines: readonly string[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const stream = await container.logs({
    follow: true,
    stdout: true,
    stderr: true,
    ...(tail ? { tail: TAIL_LINES } : {}),
    ...(since === undefined ? {} : { since }),
    abortSignal: signal,
  });
  const splitters = { out: createLineSplitter(), error: createLineSplitter() };
  const tell = (lines: readonly string[]): void => {
    if (lines.length > 0 && !signal.aborted) onLines(lines);
  };
  const demux = createDemux((name, payload) => {
    received.at = Date.now();
    tell(splitters[name].add(payload));
  });
  await new Promise<void>((resolve) => {
    stream.on("data", demux);
    stream
      .once("end", resolve)
      .once("close", resolve)
      .once("error", () => resolve());
  });
  tell([...splitters.out.end(), ...splitters.error.end()]);
}
