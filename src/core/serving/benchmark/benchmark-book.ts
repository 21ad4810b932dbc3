import * as v from "valibot";
import type { BenchmarkResult } from "../../protocol/profiles.ts";
import { json } from "../../registry/columns.ts";
import type { Registry } from "../../registry/registry.ts";

/** The last benchmark of each profile on each build. */
export interface BenchmarkBook {
  /** @param build undefined: on whichever, the newest */
  last(profile: string, build: string | undefined): Promise<BenchmarkResult | undefined>;
  keep(profile: string, result: BenchmarkResult): Promise<void>;
}

export const createBenchmarkBook = (registry: Pick<Registry, "query" | "commit">): BenchmarkBook => ({
  last: async (profile, build) => {
    const rows = await registry.query("SELECT body_json FROM benchmarks WHERE profile = ? ORDER BY at DESC", [profile]);
    const results = rows.flatMap((row) => {
      const read = v.safeParse(benchmark, json(row, "body_json"));
      if (!read.success) return [];
      const { memoryBytes, ...rest } = read.output;
      return [{ ...rest, ...(memoryBytes === undefined ? {} : { memoryBytes }) }];
    });
    return build === undefined ? results[0] : results.find((one) => one.build === build);
  },
  keep: async (profile, result) => {
    const key = JSON.stringify([profile, result.build]);
    const after = { key, profile, at: result.at, body_json: JSON.stringify(result) };
    await registry.commit([{ table: "benchmarks", key, after }]);
  },
});

const benchmark = v.object({
  at: v.string(),
  build: v.string(),
  promptTokens: v.number(),
  generatedTokens: v.number(),
  promptPerSecond: v.number(),
  generatedPerSecond: v.number(),
  memoryBytes: v.optional(v.number()),
});
