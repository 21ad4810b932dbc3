import type { ModelShape } from "../identify/shape.ts";
import type { Files } from "../ports/files.ts";
import type { GpuProbe } from "../ports/gpu.ts";
import type { MachineMemory } from "../ports/memory.ts";
import type { Fit } from "../protocol/fit.ts";
import { json, number, text } from "../registry/columns.ts";
import type { Registry } from "../registry/registry.ts";
import { fault } from "../util/faults.ts";
import type { Footprint, LoadAsk } from "./fit.ts";
import type { Footprints } from "./footprints.ts";
import { judgeFit } from "./judge.ts";
import { modelKey } from "./model-key.ts";
import { readShape } from "./stored-shape.ts";

export interface FitReader {
  /** A row a device; empty where the entry tells too little. @throws FaultError `notFound` */
  fitOf(entry: string, ask: LoadAsk, signal: AbortSignal): Promise<readonly Fit[]>;
  /** Of what is not here yet. @param sizeBytes of its files; counts where the shape tells no weights */
  fitOfShape(
    shape: ModelShape | undefined,
    ask: LoadAsk,
    sizeBytes: number | undefined,
    signal: AbortSignal,
  ): Promise<readonly Fit[]>;
}

export interface FitReaderDeps {
  readonly registry: Pick<Registry, "query">;
  readonly files: Pick<Files, "stat">;
  readonly gpu: GpuProbe;
  readonly memory: MachineMemory;
  readonly footprints: Pick<Footprints, "of">;
}

export function createFitReader({ registry, files, gpu, memory, footprints }: FitReaderDeps): FitReader {
  const judge = async (
    shape: ModelShape | undefined,
    ask: LoadAsk,
    sizeBytes: number | undefined,
    seen: readonly Footprint[],
    signal: AbortSignal,
  ): Promise<readonly Fit[]> => {
    const { known, guessed } = withWeights(shape, sizeBytes);
    if (!known) return [];
    const fits = judgeFit(known, ask, seen, await gpu.read(signal), memory.read());
    signal.throwIfAborted();
    return guessed ? fits.map(lessSure) : fits;
  };
  return {
    fitOf: async (entry, ask, signal) => {
      const row = await first(
        registry,
        "SELECT path, size_bytes FROM entries WHERE name = ? ORDER BY layer DESC",
        entry,
      );
      if (!row) throw fault({ code: "notFound", what: "entry", name: entry });
      const path = text(row, "path");
      const key = path === undefined ? undefined : await modelKey(path, registry, files);
      const stored = await first(registry, "SELECT body_json FROM shapes WHERE entry = ?", entry);
      const companions = ask.companions ?? (await projectorBytes(registry, entry));
      const size = number(row, "size_bytes");
      return judge(
        stored && readShape(json(stored, "body_json")),
        { ...ask, companions },
        size === undefined ? undefined : Math.max(0, size - companions),
        key === undefined ? [] : await footprints.of(key),
        signal,
      );
    },
    fitOfShape: (shape, ask, sizeBytes, signal) => judge(shape, ask, sizeBytes, [], signal),
  };
}

const first = async (registry: Pick<Registry, "query">, statement: string, name: string) =>
  (await registry.query(`${statement} LIMIT 1`, [name]))[0];

/** A server is given the projector that lies with the model. */
async function projectorBytes(registry: Pick<Registry, "query">, entry: string): Promise<number> {
  const rows = await registry.query("SELECT path, size_bytes FROM files WHERE entry = ?", [entry]);
  return rows
    .filter((row) => isProjector(text(row, "path") ?? ""))
    .reduce((all, row) => all + (number(row, "size_bytes") ?? 0), 0);
}

export const isProjector = (path: string): boolean => /mmproj[^\\/]*$/i.test(path);

/** Where the header tells no tensors, the files stand for them, spread over the layers alike. */
export function withWeights(
  shape: ModelShape | undefined,
  sizeBytes: number | undefined,
): { readonly known: ModelShape | undefined; readonly guessed: boolean } {
  if (shape?.weights || sizeBytes === undefined || sizeBytes <= 0) return { known: shape, guessed: false };
  const { layers = 0 } = shape ?? {};
  const each = layers > 0 ? sizeBytes / layers : 0;
  const weights = {
    total: sizeBytes,
    layers: Array.from({ length: layers }, () => each),
    experts: Array.from({ length: layers }, () => 0),
    input: 0,
    output: layers > 0 ? 0 : sizeBytes,
  };
  return { known: { architecture: "", ...shape, weights }, guessed: true };
}

const lessSure = (fit: Fit): Fit => ({
  ...fit,
  need: {
    ...fit.need,
    uncertainty: Math.min(1, fit.need.uncertainty + 0.1),
    unknown: [...fit.need.unknown, "tensor sizes"],
  },
});
