/** What one open file of a card holds of its own memory, as the kernel tells it in `/proc/PID/fdinfo/FD`. */
export interface DrmClient {
  /** Where the card hangs, as `0000:03:00.0`. */
  readonly slot: string;
  /** Several files may be one client's, which counts once on a card. */
  readonly client: string;
  /** Bytes that lie in the card's memory now. */
  readonly resident: number;
}

const UNITS: Readonly<Record<string, number>> = { "": 1, KiB: 2 ** 10, MiB: 2 ** 20 };

/** xe names the memory of its tiles `vram0` …, i915 `local0` …; undefined where the file is no card's. */
export function parseFdinfo(text: string): DrmClient | undefined {
  const [, slot] = /^drm-pdev:\s*(\S+)/m.exec(text) ?? [];
  const [, client] = /^drm-client-id:\s*(\d+)/m.exec(text) ?? [];
  if (slot === undefined || client === undefined) return undefined;
  let resident = 0;
  for (const [, count, unit = ""] of text.matchAll(/^drm-resident-(?:vram|local)\d*:\s*(\d+)\s*(KiB|MiB)?\s*$/gm))
    resident += Number(count) * (UNITS[unit] ?? 1);
  return { slot, client, resident };
}
