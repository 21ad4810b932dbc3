import type { Runtime, RuntimeKind, RuntimeProbe } from "../ports/runtime.ts";
import { troubleOf } from "../present/trouble.ts";
import type { RuntimeAvailability } from "../protocol/serving.ts";
import { fault } from "../util/faults.ts";
import type { ServingDeps } from "./deps.ts";

/** Which world the settings mean for a back end, with what it answered. */
export interface ChosenRuntime {
  readonly runtime: Runtime;
  readonly availability: RuntimeAvailability;
}

/**
 * `auto`: containers where an engine answers and has the image, else processes where the program is there.
 * @throws FaultError `engineUnreachable`, `imageMissing` or `notFound`, whichever says most
 * @param onLooked hears of what was found out, also where it is of no use
 */
export async function chooseRuntime(
  deps: ServingDeps,
  program: { readonly image: string; readonly binary: string; readonly runtime?: RuntimeKind | undefined },
  onLooked: (found: RuntimeAvailability) => void,
  signal: AbortSignal,
): Promise<ChosenRuntime> {
  const { engine } = deps.settings().serving;
  const kind = program.runtime ?? (engine === "docker" ? "container" : engine === "process" ? "process" : undefined);
  const wanted = [deps.containers, deps.processes].filter((one) => kind === undefined || one.kind === kind);
  let first: RuntimeAvailability | undefined;
  let refusal: ReturnType<typeof fault> | undefined;
  for (const runtime of wanted) {
    const probe = await runtime.probe(runtime.kind === "container" ? program.image : program.binary, signal);
    const availability = availabilityOf(runtime.kind, probe);
    if (probe.available) {
      onLooked(availability);
      return { runtime, availability };
    }
    first ??= availability;
    refusal ??= fault(probe.fault);
  }
  if (first) onLooked(first);
  throw refusal ?? new TypeError("there is no runtime to choose");
}

export const availabilityOf = (kind: RuntimeKind, probe: RuntimeProbe): RuntimeAvailability =>
  probe.available
    ? {
        kind,
        available: true,
        version: probe.version,
        address: probe.address,
        ...(probe.host === undefined ? {} : { host: probe.host }),
      }
    : { kind, available: false, reason: troubleOf(probe.fault) };
