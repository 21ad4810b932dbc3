import type { ModelShape } from "../identify/shape.ts";
import type { Footprint } from "./fit.ts";
import { type Load, loadOf } from "./load.ts";
import { type Parts, type Side, splitNeed } from "./split-need.ts";

/** What loads of the model say of this one; a part that none of them tells is left out. */
export interface Learned extends Partial<Parts> {
  /** What a device had to give beside the buffers. */
  readonly driver?: number;
  /** One of them was for the same context. */
  readonly sameContext: boolean;
}

/** @param seen of this model. @returns undefined where none of them helps */
export function learnedNeed(
  shape: ModelShape,
  load: Load,
  side: Side,
  seen: readonly Footprint[],
): Learned | undefined {
  const near = seen
    .filter((one) => (one.device === "cpu") === (side === "host") && (side === "host" || isSameSplit(shape, load, one)))
    .toSorted((a, b) => distance(a, load) - distance(b, load) || (a.at < b.at ? 1 : -1));
  if (near.length === 0 || load.cpuExperts > 0) return undefined;
  const weights = near.find((one) => one.weights !== undefined)?.weights;
  const learned = {
    ...(weights === undefined ? {} : { weights }),
    ...kvCache(shape, load, side, near),
    ...compute(shape, load, side, near),
    ...driver(shape, side, near),
  };
  if (Object.keys(learned).length === 0) return undefined;
  return { ...learned, sameContext: near.some(({ context }) => context === load.context) };
}

const distance = ({ context }: Footprint, load: Load): number => Math.abs(Math.log(context / load.context));

/** The same layers on the GPU. */
function isSameSplit({ layers }: ModelShape, { gpuLayers }: Load, one: Footprint): boolean {
  if (layers === undefined) return gpuLayers === Infinity || gpuLayers === one.gpuLayers;
  return Math.min(gpuLayers, layers) === Math.min(one.gpuLayers, layers);
}

const partsOf = (shape: ModelShape, side: Side, one: Footprint): Parts =>
  splitNeed(shape, loadOf(shape, side === "host" ? { ...one, gpuLayers: 0 } : one))[side];

/** As many times the arithmetic as it was then. */
function kvCache(shape: ModelShape, load: Load, side: Side, near: readonly Footprint[]): { readonly kvCache?: number } {
  const told = near.filter((one) => one.kvCache !== undefined);
  const one =
    told.find(({ keyType, valueType }) => keyType === load.keyType && valueType === load.valueType) ?? told[0];
  if (one?.kvCache === undefined) return {};
  const then = partsOf(shape, side, one).kvCache;
  const now = splitNeed(shape, load)[side].kvCache;
  return { kvCache: Math.round(one.kvCache * (then > 0 ? now / then : load.context / one.context)) };
}

/** Along the line through the two nearest loads of different contexts; with one, the arithmetic moves it. */
function compute(shape: ModelShape, load: Load, side: Side, near: readonly Footprint[]): { readonly compute?: number } {
  const points = near.flatMap((one) =>
    one.compute !== undefined && one.microBatch === load.microBatch && one.flashAttention === load.flashAttention
      ? [{ one, context: one.context, compute: one.compute }]
      : [],
  );
  const [first] = points;
  if (!first) return {};
  const second = points.find(({ context }) => context !== first.context);
  if (second) {
    const slope = Math.max(0, (second.compute - first.compute) / (second.context - first.context));
    return { compute: Math.max(0, Math.round(first.compute + slope * (load.context - first.context))) };
  }
  const moved = splitNeed(shape, load)[side].compute - partsOf(shape, side, first.one).compute;
  return { compute: Math.max(0, first.compute + moved) };
}

/** More than that is another program's. */
const MOST = 2 * 2 ** 30;

function driver(shape: ModelShape, side: Side, near: readonly Footprint[]): { readonly driver?: number } {
  const one = side === "gpu" ? near.find(({ deviceDelta }) => deviceDelta !== undefined) : undefined;
  if (one?.deviceDelta === undefined) return {};
  const usual = partsOf(shape, side, one);
  const buffers = (one.weights ?? usual.weights) + (one.kvCache ?? usual.kvCache) + (one.compute ?? usual.compute);
  const rest = one.deviceDelta - buffers;
  return rest >= 0 && rest <= MOST ? { driver: rest } : {};
}
