import type { SwitchNotice } from "../../present/switch-words.ts";
import type { SwitchOverrides } from "../controller.ts";
import type { ServerProfile } from "../profile.ts";

/** All names of a flag; see llama.cpp's common/arg.cpp. */
const FLAGS = {
  model: ["-m", "--model"],
  context: ["-c", "--ctx-size"],
  gpuLayers: ["-ngl", "--gpu-layers", "--n-gpu-layers"],
  fit: ["-fit", "--fit"],
  fitTarget: ["-fitt", "--fit-target"],
  alias: ["-a", "--alias"],
  cacheK: ["-ctk", "--cache-type-k"],
  cacheV: ["-ctv", "--cache-type-v"],
  host: ["--host"],
  port: ["--port"],
  parallel: ["-np", "--parallel"],
  projector: ["-mm", "--mmproj"],
} as const satisfies Record<string, readonly string[]>;
type Flag = keyof typeof FLAGS;

/** Flags whose value is a file it reads. */
export const fileFlags: ReadonlySet<string> = new Set([
  "-mm",
  "--mmproj",
  "-md",
  "--model-draft",
  "--spec-draft-model",
  "-mv",
  "--model-vocoder",
  "--lora",
  "--control-vector",
  "--chat-template-file",
  "--grammar-file",
  "-jf",
  "--json-schema-file",
  "--api-key-file",
  "--ssl-key-file",
  "--ssl-cert-file",
]);

/**
 * The arguments of a profile: its keys, then EXTRA_ARGS as written. A flag given there wins over the key; what is
 * asked for at the moment of loading wins over both. The address is always ours.
 */
export function llamaArguments(
  profile: ServerProfile,
  overrides: SwitchOverrides,
  model: string,
  address: { readonly host: string; readonly port: number },
): {
  readonly args: readonly string[];
  readonly context: number | undefined;
  readonly notices: readonly SwitchNotice[];
} {
  const overridden: Flag[] = ["host", "port"];
  if (overrides.context !== undefined) overridden.push("context");
  if (overrides.gpuLayers !== undefined) overridden.push("gpuLayers");
  if (overrides.cacheType !== undefined) overridden.push("cacheK", "cacheV");
  const extra = without(profile.extraArgs, overridden);
  const more = without(overrides.args ?? [], ["host", "port"]);
  const given = [...extra.args, ...more.args];
  const key = (flag: Flag, name: string, value: string | number | undefined): readonly string[] =>
    value === undefined || has(given, flag) ? [] : [name, String(value)];
  const args = [
    ...key("model", "-m", model),
    ...key("context", "-c", overrides.context ?? profile.context),
    ...key("gpuLayers", "-ngl", overrides.gpuLayers ?? profile.gpuLayers),
    ...key("fit", "--fit", profile.fit),
    ...key("fitTarget", "--fit-target", profile.fitTarget),
    ...key("cacheK", "-ctk", overrides.cacheType),
    ...key("cacheV", "-ctv", overrides.cacheType),
    ...key("alias", "--alias", profile.id),
    ...given,
    "--host",
    address.host,
    "--port",
    String(address.port),
  ];
  return {
    args,
    context: askedContext(args),
    notices: [...new Set([...extra.taken, ...more.taken].filter((flag) => flag === "--host" || flag === "--port"))].map(
      (flag) => ({ kind: "flagIgnored", flag }),
    ),
  };
}

/** Tokens for one request: with a number of slots and caches of their own, each has its share. */
function askedContext(args: readonly string[]): number | undefined {
  const total = Number(flagValue(args, "context") ?? 0);
  if (!(total > 0)) return undefined;
  const slots = Number(flagValue(args, "parallel") ?? 1);
  const unified = args.includes("-kvu") || args.includes("--kv-unified");
  return slots > 1 && !unified ? Math.floor(total / slots) : total;
}

const names = (flag: Flag): readonly string[] => FLAGS[flag];
const has = (args: readonly string[], flag: Flag): boolean => args.some((arg) => names(flag).includes(arg));
/** The last one wins. */
export const flagValue = (args: readonly string[], flag: Flag): string | undefined => {
  const at = args.findLastIndex((arg) => names(flag).includes(arg));
  return at < 0 ? undefined : args[at + 1];
};

/** Takes the flags out, each with its value. */
function without(
  args: readonly string[],
  flags: readonly Flag[],
): { readonly args: readonly string[]; readonly taken: readonly string[] } {
  const unwanted = new Set(flags.flatMap((flag) => names(flag)));
  const kept: string[] = [];
  const taken: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    if (!unwanted.has(arg)) {
      kept.push(arg);
      continue;
    }
    taken.push(arg);
    at += 1;
  }
  return { args: kept, taken };
}
