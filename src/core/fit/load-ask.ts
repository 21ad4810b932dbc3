import type { SwitchOverrides } from "../serving/controller.ts";
import type { ServerProfile } from "../serving/profile.ts";
import { type CacheType, type LoadAsk, cacheTypes } from "./fit.ts";

/** All names of the flags that change what is needed; see llama.cpp's common/arg.cpp. */
const FLAGS = {
  context: ["-c", "--ctx-size"],
  slots: ["-np", "--parallel"],
  keyType: ["-ctk", "--cache-type-k"],
  valueType: ["-ctv", "--cache-type-v"],
  microBatch: ["-ub", "--ubatch-size"],
  flash: ["-fa", "--flash-attn"],
  gpuLayers: ["-ngl", "--gpu-layers", "--n-gpu-layers"],
  cpuExperts: ["-ncmoe", "--n-cpu-moe"],
  allExperts: ["-cmoe", "--cpu-moe"],
  fullWindow: ["--swa-full"],
} as const satisfies Record<string, readonly string[]>;

/**
 * How a profile would be loaded: a flag among its arguments wins over its key, what is asked for at the moment over
 * both. What is not understood counts as left out; the server will say what is wrong with it.
 */
export function loadAskOf(
  profile: Pick<ServerProfile, "context" | "gpuLayers" | "extraArgs">,
  overrides: SwitchOverrides = {},
): LoadAsk {
  const args = [...profile.extraArgs, ...(overrides.args ?? [])];
  const at = (flag: keyof typeof FLAGS): number => {
    const names: readonly string[] = FLAGS[flag];
    return args.findLastIndex((arg) => names.includes(arg));
  };
  const has = (flag: keyof typeof FLAGS): boolean => at(flag) >= 0;
  const value = (flag: keyof typeof FLAGS): string | undefined => (has(flag) ? args[at(flag) + 1] : undefined);

  const context = overrides.context ?? positive(value("context")) ?? profile.context;
  const slots = positive(value("slots"));
  const keyType = cacheType(overrides.cacheType ?? value("keyType"));
  const valueType = cacheType(overrides.cacheType ?? value("valueType"));
  const microBatch = positive(value("microBatch"));
  const gpuLayers = overrides.gpuLayers ?? layers(value("gpuLayers") ?? profile.gpuLayers);
  const cpuExperts = has("allExperts") ? Number.MAX_SAFE_INTEGER : positive(value("cpuExperts"));
  const flash = has("flash") ? flashOf(value("flash")) : undefined;
  return {
    ...(context !== undefined && context > 0 && { context }),
    ...(slots !== undefined && { slots }),
    ...(keyType && { keyType }),
    ...(valueType && { valueType }),
    ...(microBatch !== undefined && { microBatch }),
    ...(gpuLayers !== undefined && gpuLayers >= 0 && { gpuLayers }),
    ...(cpuExperts !== undefined && { cpuExperts }),
    ...(flash !== undefined && { flashAttention: flash }),
    ...(has("fullWindow") && { fullWindow: true }),
  };
}

/** `0` and `-1` leave it to the server. */
const positive = (text: string | undefined): number | undefined =>
  text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;

/** `all`, `auto` and `-1`: as many as there are. */
const layers = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : undefined;

const cacheType = (text: string | undefined): CacheType | undefined => cacheTypes.find((type) => type === text);

/** Older builds take it without a value, which says on. */
const flashOf = (text: string | undefined): boolean | undefined =>
  text === "auto" ? undefined : !(text === "off" || text === "0" || text === "false");
