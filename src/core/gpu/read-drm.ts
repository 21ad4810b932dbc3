import type { GpuFacts, GpuProcess } from "../ports/gpu.ts";
import { bytes } from "../util/ids.ts";

/** What the kernel shows of a card under `/sys/class/drm/cardN`: content of small files by their path below it. */
export interface DrmCard {
  /** `card0` */
  readonly card: string;
  /** Where the device hangs, as `0000:03:00.0`. */
  readonly slot: string;
  readonly file: (path: string) => string | undefined;
}

const AMD = "0x1002";
const INTEL = "0x8086";

/**
 * A card of AMD or Intel; undefined for one of another maker, or that does not tell its memory (most that are part of a
 * processor: they use the machine's own).
 * @param load share of time it was busy, where that was found out otherwise
 */
export function readDrmCard(
  card: DrmCard,
  load: number | undefined,
  processes: readonly GpuProcess[],
): GpuFacts | undefined {
  const vendor = card.file("device/vendor");
  const memory = vendor === AMD ? amdMemory(card) : vendor === INTEL ? intelMemory(card) : undefined;
  if (!memory || memory.total <= 0) return undefined;
  const percent = count(card.file("device/gpu_busy_percent"));
  const degrees = sensor(card, "temp1_input");
  const power = sensor(card, "power1_average") ?? sensor(card, "power1_input");
  return {
    uuid: `${vendor === AMD ? "AMD" : "INTEL"}-${card.file("device/unique_id") ?? card.slot}`,
    name: card.file("device/product_name") ?? `${vendor === AMD ? "AMD" : "Intel"} GPU ${card.slot}`,
    load: percent === undefined ? load : Math.min(1, percent / 100),
    memoryUsed: bytes(memory.used ?? processes.reduce((sum, one) => sum + (one.memory ?? 0), 0)),
    memoryTotal: bytes(memory.total),
    celsius: degrees === undefined ? undefined : degrees / 1000,
    watts: power === undefined ? undefined : power / 1_000_000,
    processes,
  };
}

interface CardMemory {
  /** undefined: it tells of its processes alone. */
  readonly used: number | undefined;
  readonly total: number;
}

function amdMemory({ file }: DrmCard): CardMemory | undefined {
  const total = count(file("device/mem_info_vram_total"));
  return total === undefined ? undefined : { total, used: count(file("device/mem_info_vram_used")) ?? 0 };
}

/** i915 with its local memory, or xe; what is in use only the former tells for the card as a whole. */
function intelMemory({ file }: DrmCard): CardMemory | undefined {
  const local = count(file("lmem_total_bytes"));
  if (local !== undefined) return { total: local, used: local - (count(file("lmem_avail_bytes")) ?? local) };
  const tile = count(file("device/tile0/physical_vram_size_bytes"));
  return tile === undefined ? undefined : { total: tile, used: undefined };
}

export const isIntel = ({ file }: DrmCard): boolean => file("device/vendor") === INTEL;

/** Milliseconds that the card has idled since it was started, by the counter of its driver. */
export const idleMillis = ({ file }: DrmCard): number | undefined =>
  count(file("device/tile0/gt0/gtidle/idle_residency_ms")) ??
  count(file("gt/gt0/rc6_residency_ms")) ??
  count(file("power/rc6_residency_ms"));

/** Files of a card that any of this reads; those of its sensors lie one folder deeper, which is found by name. */
export const drmFiles = [
  "device/vendor",
  "device/unique_id",
  "device/product_name",
  "device/gpu_busy_percent",
  "device/mem_info_vram_total",
  "device/mem_info_vram_used",
  "device/tile0/physical_vram_size_bytes",
  "device/tile0/gt0/gtidle/idle_residency_ms",
  "lmem_total_bytes",
  "lmem_avail_bytes",
  "gt/gt0/rc6_residency_ms",
  "power/rc6_residency_ms",
] as const;
export const sensorFiles = ["temp1_input", "power1_average", "power1_input"] as const;

const sensor = ({ file }: DrmCard, name: (typeof sensorFiles)[number]): number | undefined =>
  count(file(`sensor/${name}`));

/** Decimal, or hex as `0x10000000`. */
const count = (content: string | undefined): number | undefined =>
  content !== undefined && /^(\d+|0x[0-9a-f]+)$/i.test(content) ? Number(content) : undefined;
