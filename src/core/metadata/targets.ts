import { text } from "../registry/columns.ts";
import type { Characteristic } from "../protocol/models.ts";
import { characteristicOf } from "../registry/entry-row.ts";
import { type Layers, readLayers } from "../registry/layers.ts";
import type { Registry } from "../registry/registry.ts";
import { type Sha256, parseSha256 } from "../util/ids.ts";
import { type Fetched, fetchedOf } from "./fetched.ts";

/** An entry with what is asked for it. */
export interface Target {
  readonly name: string;
  readonly layers: Layers;
  readonly path: string | undefined;
  /** Absolute; the file a server is given first. */
  readonly weights: readonly string[];
  /** Of those weights whose digest is known, in their order. */
  readonly digests: readonly Sha256[];
  /** Of its files; absolute. */
  readonly files: readonly string[];
  /** Of every source. */
  readonly characteristics: readonly Characteristic[];
  /** What an earlier fetch brought. */
  readonly fetched: Fetched | undefined;
}

const WEIGHTS = /\.(safetensors|sft|gguf|ckpt|pt|pt2|pth|pkl|bin|onnx)$/i;

/** Digests by path. */
export type Digests = ReadonlyMap<string, string>;

/** @param computed digests that are on no record @throws FaultError `notFound` */
export async function readTarget(
  registry: Pick<Registry, "query">,
  name: string,
  computed: Digests = new Map(),
): Promise<Target> {
  const [layers, rows, said] = await Promise.all([
    readLayers(registry, name),
    registry.query(
      `SELECT f.path, coalesce(f.sha256, h.sha256) AS sha256 FROM files f
       LEFT JOIN hashes h ON h.path = f.path AND h.size_bytes = f.size_bytes AND h.modified = f.modified
       WHERE f.entry = ? ORDER BY f.path`,
      [name],
    ),
    registry.query("SELECT * FROM characteristics WHERE entry = ?", [name]),
  ]);
  const path = text(layers.shown, "path");
  const files = rows.flatMap((row) => text(row, "path") ?? []);
  const weights = rows.filter((row) => WEIGHTS.test(text(row, "path") ?? "") || row["path"] === path);
  const ranked = weights.toSorted((a, b) => Number(b["path"] === path) - Number(a["path"] === path));
  return {
    name,
    layers,
    path,
    weights: ranked.map((row) => String(row["path"])),
    digests: ranked.flatMap((row) => parseSha256(text(row, "sha256") ?? computed.get(String(row["path"])) ?? "") ?? []),
    files,
    characteristics: said.flatMap((row) => characteristicOf(row) ?? []),
    fetched: fetchedOf(layers.shown),
  };
}
