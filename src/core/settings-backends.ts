import type { Settings } from "./settings.ts";

/** Images and binaries by back end where the settings name none. */
const DEFAULT_BACKENDS: Settings["backends"] = {
  "llama.cpp": { image: "ghcr.io/ggml-org/llama.cpp:server", binary: "llama-server" },
};

/** Each part of each back end as a reading of its own. */
export function noteBackends(
  backends: Settings["backends"],
  given: (key: string) => unknown,
  note: (key: string, value: unknown, isGiven: boolean) => void,
): void {
  for (const [name, parts] of Object.entries(backends))
    for (const part of ["image", "binary"] as const) {
      const key = `backends.${name}.${part}`;
      note(key, parts[part] ?? null, given(key) !== undefined && given(key) === parts[part]);
    }
}

export function readBackends(values: Readonly<Record<string, unknown>>): Settings["backends"] {
  const found: Record<string, { image?: string; binary?: string }> = {};
  for (const [name, defaults] of Object.entries(DEFAULT_BACKENDS)) found[name] = { ...defaults };
  for (const [key, value] of Object.entries(values)) {
    const match = /^backends\.(.+)\.(image|binary)$/.exec(key);
    if (!match || typeof value !== "string" || value === "") continue;
    const [, name = "", field] = match;
    found[name] = { ...found[name], ...(field === "image" ? { image: value } : { binary: value }) };
  }
  return found;
}
