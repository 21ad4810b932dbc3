import * as v from "valibot";
import type { Files } from "../ports/files.ts";
import { bytes } from "../util/ids.ts";
import type { Transfers } from "./transfers.ts";

/** The bandwidth limit in force, kept over restarts. The later word counts: a person's own, or the setting once it is changed. */
export interface KeptLimit {
  /** Bytes per second over all connections; null: none. */
  current(): number | null;
  /** On the disk to stay when it resolves. */
  set(bytesPerSecond: number | null): Promise<void>;
}

const limit = v.nullable(v.pipe(v.number(), v.minValue(1)));
/** `over`: what the setting said then. */
const kept = v.object({ version: v.literal(1), limit, over: limit });

/** @param setting bytes per second; undefined: no limit  @param file absolute */
export async function openLimit(
  parts: { readonly files: Pick<Files, "readText" | "replace">; readonly transfers: Pick<Transfers, "limit"> },
  setting: number | undefined,
  file: string,
): Promise<KeptLimit> {
  const over = setting ?? null;
  const said = await parts.files.readText(file, bytes(4096)).catch(() => undefined);
  let now = chosen(said, over);
  const use = (): void => parts.transfers.limit(now ?? undefined);
  use();
  return {
    current: () => now,
    set: async (bytesPerSecond) => {
      now = bytesPerSecond;
      use();
      await parts.files.replace(file, `${JSON.stringify({ version: 1, limit: now, over })}\n`);
    },
  };
}

function chosen(text: string | undefined, setting: number | null): number | null {
  try {
    const parsed = v.safeParse(kept, JSON.parse(text ?? ""));
    return parsed.success && parsed.output.over === setting ? parsed.output.limit : setting;
  } catch {
    return setting;
  }
}
