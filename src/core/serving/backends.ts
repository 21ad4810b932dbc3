import { fault } from "../util/faults.ts";
import type { ServerBackend } from "./backend.ts";
import { llamaCpp } from "./backends/llama-cpp.ts";

const known: readonly ServerBackend[] = [llamaCpp];

export const backendNames: readonly string[] = known.map(({ name }) => name);

/** @throws FaultError `notFound` for one that cannot be served with */
export function backendOf(name: string): ServerBackend {
  const found = known.find((backend) => backend.name === name);
  if (!found) throw fault({ code: "notFound", what: "backend", name, near: backendNames });
  return found;
}
