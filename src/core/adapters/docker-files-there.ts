import { IncomingMessage } from "node:http";
import type { Container } from "dockerode";
import type { ContainerSpec } from "../ports/runtime.ts";
import { fault } from "../util/faults.ts";
import { bytes } from "../util/ids.ts";
import { statusOf } from "./docker-fault.ts";
import { fieldOf } from "./field-of.ts";

/**
 * Whether a container that was made, and does not run yet, would read the very files that are meant, as far as their
 * size tells. @throws FaultError `notOnEngine` for the first one that is missing or another
 */
export async function requireFilesThere(
  container: Container,
  { mounts }: ContainerSpec,
  engine: string,
  signal: AbortSignal,
): Promise<void> {
  for (const { source, target, named, size } of mounts) {
    const found = await sizeOf(container, target, signal);
    const facts = { code: "notOnEngine", engine, path: named ?? source, there: source } as const;
    if (found === undefined) throw fault(facts);
    if (size !== undefined && size !== found) throw fault({ ...facts, size: { here: size, there: bytes(found) } });
  }
}

/** What an engine says of a bind whose source it has not; the path of it. */
export const missingSource = (reason: string): string | undefined =>
  /bind source path does not exist:\s*(\S.*?)"?\s*$/.exec(reason)?.[1] ??
  /statfs (\S.*?): no such file/.exec(reason)?.[1];

async function sizeOf(container: Container, path: string, signal: AbortSignal): Promise<number | undefined> {
  try {
    const answer: unknown = await container.infoArchive({ path, abortSignal: signal });
    if (!(answer instanceof IncomingMessage)) return undefined;
    answer.resume();
    const told = answer.headers["x-docker-container-path-stat"];
    const stat: unknown = JSON.parse(Buffer.from(String(told), "base64").toString("utf8"));
    const size = fieldOf(stat, "size");
    return typeof size === "number" ? size : undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}
