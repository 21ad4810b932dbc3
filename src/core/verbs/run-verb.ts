import type { Core } from "../core.ts";
import { faultWords } from "../present/fault-words.ts";
import { fault, isFault } from "../util/faults.ts";
import { verbs } from "./table.ts";

const byName = new Map(verbs.map((verb) => [verb.name, verb]));

/**
 * Looks the verb up and runs it. Faults come out with words for people as their message.
 * @throws FaultError `unknownVerb`, `badArguments`, or what the verb throws
 */
export async function runVerb(core: Core, name: unknown, args: unknown, signal: AbortSignal): Promise<unknown> {
  try {
    // Scripts are not typed: whatever stands for a name is told by a fault, too.
    const asked = typeof name === "string" ? name : typeof name;
    const verb = typeof name === "string" ? byName.get(name) : undefined;
    if (!verb) throw fault({ code: "unknownVerb", verb: asked });
    signal.throwIfAborted();
    return await verb.run(core, args, signal);
  } catch (error) {
    if (isFault(error)) error.message = faultWords(error.fault).message;
    throw error;
  }
}

/** True too for what only a later release knows. */
export const changesAnything = (name: string): boolean => byName.get(name)?.changes ?? true;
