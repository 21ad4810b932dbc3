import { type CacheType, cacheTypes } from "./fit.ts";

/** What a llama-server's log says of its load. Sizes in bytes, by ggml's name of the device. */
export interface LoadLog {
  readonly devices: Readonly<Record<string, DeviceBuffers>>;
  readonly offloaded?: { readonly layers: number; readonly of: number };
  /** Of each GPU, before the load. */
  readonly free: Readonly<Record<string, number>>;
  /** Tokens over all slots. */
  readonly context?: number;
  readonly slots?: number;
  readonly microBatch?: number;
  readonly flashAttention?: boolean;
  readonly keyType?: CacheType;
  readonly valueType?: CacheType;
}

export interface DeviceBuffers {
  readonly weights: number;
  /** The state of recurrent layers included. */
  readonly kvCache: number;
  /** The outputs' buffer included. */
  readonly compute: number;
}

const BUFFER = /(\S+)\s+(?:(model|KV|RS|compute|output) )?buffer size\s*=\s*([\d.]+) MiB/;
const OFFLOADED = /offloaded (\d+)\/(\d+) layers to GPU/;
const FREE = /using device (\S+) .*- (\d+) MiB free/;
const NUMBER = /\b(n_seq_max|n_ctx|n_ubatch)\s*=\s*(\d+)\s*$/;
/** Told even where llama-server says little. */
const SLOTS = /n_slots = (\d+), n_ctx_slot = (\d+), kv_unified = '(true|false)'/;
const FLASH = /\bflash_attn\s*=\s*(enabled|disabled|1|0)\b/;
const FLASH_SETTLED = /flash attention (?:was auto, set to )?(enabled|disabled)\b/i;
const TYPES = /\bK \((\w+)\):.*\bV \((\w+)\):/;
/** Before it loads, llama-server may load without memory to see what fits; its lines say nothing of the real one. */
const TRIAL = /fitting params to device memory|\bno_alloc\s*=\s*1\b/;
const NO_TRIAL =
  /(successfully fit|failed to fit|error while trying to fit) params|params to free memory took|\bno_alloc\s*=\s*0\b/;
const ANY = new RegExp(
  [BUFFER, OFFLOADED, FREE, NUMBER, SLOTS, FLASH, FLASH_SETTLED, TYPES, TRIAL, NO_TRIAL]
    .map(({ source }) => source)
    .join("|"),
  "i",
);

/** The patterns above look at every start in a line: a flood of long ones would keep the host busy for minutes. */
const LONGEST = 1000;
const HINT = /buffer size|offloaded|using device|n_seq_max|n_ctx|n_ubatch|n_slots|flash|K \(|params|no_alloc/i;

/** Whether a line is one that `parseLoadLog` reads. */
export const tellsOfLoad = (line: string): boolean => line.length <= LONGEST && HINT.test(line) && ANY.test(line);

/** @param lines of one start, oldest first. A draft model's buffers are added to the model's. */
export function parseLoadLog(lines: readonly string[]): LoadLog {
  const devices: Record<string, DeviceBuffers> = {};
  const free: Record<string, number> = {};
  const said: { -readonly [Name in keyof LoadLog]?: LoadLog[Name] } = {};
  let trial = false;
  for (const line of lines) {
    if (TRIAL.test(line)) trial = true;
    else if (NO_TRIAL.test(line)) trial = false;
    if (trial) continue;
    const [, device, kind = "model", size] = BUFFER.exec(line) ?? [];
    if (device !== undefined) add(devices, device, kind, Number(size) * 2 ** 20);
    const [, layers, of] = OFFLOADED.exec(line) ?? [];
    if (layers !== undefined && !said.offloaded) said.offloaded = { layers: Number(layers), of: Number(of) };
    const [, gpu, mebibytes] = FREE.exec(line) ?? [];
    if (gpu !== undefined) free[gpu] ??= Number(mebibytes) * 2 ** 20;
    const [, name, value] = NUMBER.exec(line) ?? [];
    // What comes later is of a draft model.
    if (name === "n_ctx") said.context ??= Number(value);
    if (name === "n_seq_max") said.slots ??= Number(value);
    if (name === "n_ubatch") said.microBatch ??= Number(value);
    const [, slots, each, unified] = SLOTS.exec(line) ?? [];
    if (slots !== undefined) {
      said.slots ??= Number(slots);
      said.context ??= Number(each) * (unified === "true" ? 1 : Number(slots));
    }
    const [, flash] = FLASH.exec(line) ?? FLASH_SETTLED.exec(line) ?? [];
    if (flash !== undefined) said.flashAttention ??= /^(enabled|1)$/i.test(flash);
    const [, key, values] = TYPES.exec(line) ?? [];
    if (key !== undefined) Object.assign(said, typesOf(said, key, values));
  }
  return { ...said, devices, free };
}

function typesOf(
  said: Pick<LoadLog, "keyType" | "valueType">,
  key: string,
  value: string | undefined,
): Pick<LoadLog, "keyType" | "valueType"> {
  const known = (name: string | undefined): CacheType | undefined => cacheTypes.find((type) => type === name);
  const [keyType, valueType] = [said.keyType ?? known(key), said.valueType ?? known(value)];
  return { ...(keyType && { keyType }), ...(valueType && { valueType }) };
}

function add(devices: Record<string, DeviceBuffers>, device: string, kind: string, size: number): void {
  const { weights, kvCache, compute } = devices[device] ?? { weights: 0, kvCache: 0, compute: 0 };
  const isCache = kind === "KV" || kind === "RS";
  devices[device] = {
    weights: weights + (kind === "model" ? size : 0),
    kvCache: kvCache + (isCache ? size : 0),
    compute: compute + (kind === "compute" || kind === "output" ? size : 0),
  };
}

/** Memory of the machine, pinned for a GPU or not: `CPU_Mapped`, `CUDA_Host`, `BLAS`. */
export const isHostDevice = (device: string): boolean => /^(CPU|BLAS|AMX)|_Host$/i.test(device);
