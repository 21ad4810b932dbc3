import type { ModelShape } from "../identify/shape.ts";
import type { GpuFacts } from "../ports/gpu.ts";
import type { Fit, FitVerdict, MemoryNeed } from "../protocol/fit.ts";
import { needOn } from "./estimate.ts";
import type { Footprint, JudgeFit, LoadAsk } from "./fit.ts";
import { loadOf } from "./load.ts";
import { splitNeed } from "./split-need.ts";

const GIB = 2 ** 30;
/** A context that is still of use. */
const LEAST_CONTEXT = 2048;
const CONTEXT_STEP = 256;

/** Kept free, as llama.cpp's `--fit-target` has it: 1 GiB, of small devices 5 %. */
export const reserveOf = (total: number): number => Math.min(GIB, total * 0.05);

interface Place {
  readonly device: string;
  readonly name: string;
  readonly memoryTotal: number;
  readonly memoryFree: number;
  /** Free without the reserve. */
  readonly usable: number;
}

/** Each GPU alone, then all of them as `all` where together they hold what none does alone; `cpu` where there is none. */
export const judgeFit: JudgeFit = (shape, ask, seen, gpus, memory) => {
  const host: Place = {
    device: "cpu",
    name: "CPU",
    memoryTotal: memory.total,
    memoryFree: memory.free,
    usable: memory.free - reserveOf(memory.total),
  };
  if (gpus.length === 0 || ask.gpuLayers === 0) return [fitOn(host, host, 0, shape, ask, seen)];
  const places = gpus.map(placeOf);
  const alone = places.map((place) => fitOn(place, host, 1, shape, ask, seen));
  if (places.length === 1) return alone;
  const together = fitOn(joined(places), host, places.length, shape, ask, seen);
  return alone.every(({ verdict }) => worth(verdict) < worth(together.verdict)) ? [...alone, together] : alone;
};

const placeOf = ({ uuid, name, memoryTotal, memoryUsed }: GpuFacts): Place => {
  const memoryFree = Math.max(0, memoryTotal - memoryUsed);
  return { device: uuid, name, memoryTotal, memoryFree, usable: memoryFree - reserveOf(memoryTotal) };
};

function joined(places: readonly Place[]): Place {
  const total = (of: (place: Place) => number): number => places.reduce((all, place) => all + of(place), 0);
  return {
    device: "all",
    name: places.map(({ name }) => name).join(" + "),
    memoryTotal: total(({ memoryTotal }) => memoryTotal),
    memoryFree: total(({ memoryFree }) => memoryFree),
    usable: total(({ usable }) => usable),
  };
}

/** Orders verdicts: first by kind, then by how much of it. */
function worth(verdict: FitVerdict): number {
  switch (verdict.kind) {
    case "fits":
      return 4;
    case "fitsWith":
      return 3 - 1 / (1 + verdict.context);
    case "offload":
      return 2 - 1 / (1 + verdict.gpuLayers);
    case "no":
    case "unknown":
      return 0;
  }
}

/** @param devices GPUs it is spread over; 0: the machine's own memory */
function fitOn(
  place: Place,
  host: Place,
  devices: number,
  shape: ModelShape,
  ask: LoadAsk,
  seen: readonly Footprint[],
): Fit {
  const needOf = (other: LoadAsk): MemoryNeed =>
    needOn(devices === 0 ? "host" : "gpu", shape, { ...ask, ...other }, seen, Math.max(1, devices));
  const hostNeedOf = (other: LoadAsk): number => {
    if (devices === 0) return 0;
    const { weights, kvCache, compute } = splitNeed(shape, loadOf(shape, { ...ask, ...other })).host;
    return weights + kvCache + compute;
  };
  const fits = (other: LoadAsk): boolean => needOf(other).total <= place.usable && hostNeedOf(other) <= host.usable;
  const need = needOf({});
  const verdict = (): FitVerdict => {
    if (shape.weights === undefined && need.weights === 0) return { kind: "unknown" };
    if (fits({})) return { kind: "fits" };
    const { context } = need;
    const steps = largest(Math.ceil(context / CONTEXT_STEP) - 1, (n) => fits({ context: n * CONTEXT_STEP }));
    if (steps !== undefined && steps * CONTEXT_STEP >= LEAST_CONTEXT)
      return { kind: "fitsWith", context: steps * CONTEXT_STEP };
    return devices === 0 ? { kind: "no" } : offload();
  };
  const offload = (): FitVerdict => {
    const { layers } = shape;
    const everything = need.weights + need.kvCache;
    if (layers === undefined) return { kind: everything > place.usable + host.usable ? "no" : "unknown" };
    const most = Math.min(ask.gpuLayers ?? layers, layers);
    const holds = (n: number): boolean => n === 0 || needOf({ gpuLayers: n }).total <= place.usable;
    const gpuLayers = largest(most, holds) ?? 0;
    return hostNeedOf({ gpuLayers }) <= host.usable ? { kind: "offload", gpuLayers, layers } : { kind: "no" };
  };
  const { device, name, memoryTotal, memoryFree } = place;
  return { device, name, memoryTotal, memoryFree, verdict: verdict(), need };
}

/** The largest number from 0 to `most` of which it holds, where what holds of one holds of all smaller ones. */
function largest(most: number, holds: (n: number) => boolean): number | undefined {
  let [low, high] = [-1, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low < 0 ? undefined : low;
}
