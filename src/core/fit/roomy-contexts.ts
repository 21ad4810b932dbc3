import type { Clock } from "../ports/clock.ts";
import type { GpuFacts, GpuProbe } from "../ports/gpu.ts";
import type { MachineMemory } from "../ports/memory.ts";
import { bestFit } from "../present/fit-words.ts";
import type { FitVerdict } from "../protocol/fit.ts";
import { json, text } from "../registry/columns.ts";
import type { Registry } from "../registry/registry.ts";
import { bytes, millis } from "../util/ids.ts";
import { withWeights } from "./fit-of-entry.ts";
import { judgeFit } from "./judge.ts";
import { readShape } from "./stored-shape.ts";

/** More than most need, and little enough that its cache seldom is what does not fit. */
export const PLENTY = 32_768;
/** Contexts that are asked for without anybody's word, smallest first. */
const STEPS = [4096, 8192, 16_384, PLENTY];
const [LEAST = PLENTY, FAIR = PLENTY] = STEPS;

export interface SizedEntry {
  readonly name: string;
  /** All of its files; undefined where it is not known. */
  readonly sizeBytes: number | undefined;
  /** What of it is its projector. */
  readonly projectorBytes: number;
}

/** The most context of each entry for which there is room, at most `PLENTY`; those of which nothing is known are left out. */
export type RoomyContexts = (entries: readonly SizedEntry[]) => Promise<ReadonlyMap<string, number>>;

const PATIENCE = millis(1000);
const PAGE = 500;

/**
 * By arithmetic alone and on the machine as if nothing else were in its memory, so that it is the same tomorrow, whatever
 * runs and has been learned meanwhile. What the machine has is read once.
 */
export function createRoomyContexts({
  registry,
  gpu,
  memory,
  clock,
}: {
  readonly registry: Pick<Registry, "query">;
  readonly gpu: GpuProbe;
  readonly memory: MachineMemory;
  readonly clock: Pick<Clock, "sleep">;
}): RoomyContexts {
  let machine: readonly GpuFacts[] | undefined;
  const known = new Map<string, { readonly of: string; readonly context: number }>();

  /** undefined where it does not tell in time: a driver in trouble holds up no list. */
  const gpus = async (): Promise<readonly GpuFacts[] | undefined> => {
    if (machine) return machine;
    const over = new AbortController();
    try {
      const late = clock.sleep(PATIENCE, over.signal).then(() => undefined);
      late.catch(() => undefined);
      const read = await Promise.race([gpu.now?.(over.signal) ?? gpu.read(over.signal), late]);
      machine = read?.map((one) => ({ ...one, memoryUsed: bytes(0) }));
      return machine;
    } catch {
      return undefined;
    } finally {
      over.abort();
    }
  };
  const shapes = async (): Promise<ReadonlyMap<string, string>> => {
    const found = new Map<string, string>();
    for (let last = ""; ;) {
      const rows = await registry.query("SELECT entry, body_json FROM shapes WHERE entry > ? ORDER BY entry LIMIT ?", [
        last,
        PAGE,
      ]);
      for (const row of rows) found.set(text(row, "entry") ?? "", text(row, "body_json") ?? "");
      last = text(rows.at(-1) ?? {}, "entry") ?? "";
      if (rows.length < PAGE) return found;
    }
  };

  return async (entries) => {
    const empty = entries.length === 0 ? undefined : await gpus();
    if (!empty) return new Map();
    const { total } = memory.read();
    const stored = await shapes();
    const contexts = new Map<string, number>();
    for (const { name, sizeBytes, projectorBytes } of entries) {
      const body = stored.get(name) ?? "null";
      const of = `${sizeBytes} ${projectorBytes} ${body.length} ${checksum(body)}`;
      const before = known.get(name);
      const context = before?.of === of ? before.context : judged(body, sizeBytes, projectorBytes, empty, total);
      if (context === undefined) continue;
      known.set(name, { of, context });
      contexts.set(name, context);
    }
    return contexts;
  };
}

/** To see whether a shape is still the same; thousands of them need not be kept for that. */
function checksum(body: string): number {
  let sum = 0;
  for (let at = 0; at < body.length; at += 1) sum = Math.imul(sum ^ body.charCodeAt(at), 0x0100_0193);
  return sum;
}

function judged(
  body: string,
  sizeBytes: number | undefined,
  companions: number,
  gpus: readonly GpuFacts[],
  total: number,
): number | undefined {
  const size = sizeBytes === undefined ? undefined : Math.max(0, sizeBytes - companions);
  const { known } = withWeights(readShape(json({ body }, "body")), size);
  if (!known) return undefined;
  const fit = bestFit(judgeFit(known, { context: PLENTY, companions }, [], gpus, { total, free: total }));
  return fit && roomFor(fit.verdict);
}

/** The largest of the steps that is loaded whole. Where none is: what is worth some layers on the CPU, else the least. */
export function roomFor(verdict: FitVerdict): number | undefined {
  switch (verdict.kind) {
    case "fits":
      return PLENTY;
    case "fitsWith":
      return STEPS.findLast((step) => step <= verdict.context) ?? LEAST;
    case "offload":
      return FAIR;
    case "no":
      return LEAST;
    case "unknown":
      return undefined;
  }
}
