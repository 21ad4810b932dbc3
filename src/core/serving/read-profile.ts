import type { Profile, ProfileProblem } from "../protocol/serving.ts";
import { profileId } from "../util/ids.ts";
import { resolveModelPath } from "./model-path.ts";
import type { ConfProblem, ConfSection } from "./models-conf.ts";
import type { ServerProfile } from "./profile.ts";

export interface ReadProfile {
  /** For views; its problems hold those of the section. */
  readonly shown: Profile;
  /** Absent where a problem is an error. */
  readonly server: ServerProfile | undefined;
}

const KEYS = new Set("NAME DESCRIPTION SPEED MODEL CTX_SIZE N_GPU_LAYERS FIT FIT_TARGET EXTRA_ARGS".split(" "));

/** @param found what the grammar has to say of this section */
export function readProfile(
  section: ConfSection,
  found: readonly ConfProblem[],
  file: string,
  root: string,
): ReadProfile {
  const problems: ProfileProblem[] = found.map(({ line, problem }) => ({ line, problem, severity: "error" }));
  const value = (key: string): string | undefined => section.pairs.get(key)?.value || undefined;
  const report = (key: string, problem: string, severity: ProfileProblem["severity"] = "error"): void =>
    void problems.push({ line: section.pairs.get(key)?.line ?? section.line, problem, severity });
  const whole = (key: string): number | undefined => {
    const text = value(key);
    if (text === undefined) return undefined;
    if (/^\d{1,9}$/.test(text)) return Number(text);
    report(key, `${key} takes a whole number, not “${text}”`);
    return undefined;
  };

  const model = value("MODEL");
  const place = model === undefined ? { problem: "MODEL is missing" } : resolveModelPath(model, root);
  if ("problem" in place) report("MODEL", place.problem);
  const context = whole("CTX_SIZE");
  const gpuLayers = value("N_GPU_LAYERS");
  if (gpuLayers !== undefined && !/^(-1|\d{1,5}|auto|all)$/.test(gpuLayers))
    report("N_GPU_LAYERS", `N_GPU_LAYERS takes a whole number, auto or all, not “${gpuLayers}”`);
  const environment: Record<string, string> = {};
  for (const [key, pair] of section.pairs) {
    if (KEYS.has(key)) continue;
    environment[key] = pair.value;
    report(key, `${key} is known to a compose file only, and there is none: it has no effect`, "warning");
  }

  const speed = value("SPEED");
  const shown: Profile = {
    id: section.id,
    name: value("NAME") ?? section.id,
    description: value("DESCRIPTION") ?? "",
    backend: "llama.cpp",
    model: model ?? "",
    ...(context ? { context } : {}),
    ...(speed === undefined ? {} : { speed }),
    group: "default",
    bench: section.id.startsWith("bench-"),
    file,
    line: section.line,
    problems: problems.sort((a, b) => a.line - b.line),
  };
  if ("problem" in place || problems.some(({ severity }) => severity === "error")) return { shown, server: undefined };
  return {
    shown,
    server: {
      id: profileId(section.id),
      name: shown.name,
      backend: shown.backend,
      group: shown.group,
      modelPath: place.path,
      context,
      gpuLayers,
      fit: value("FIT"),
      fitTarget: value("FIT_TARGET"),
      extraArgs: (value("EXTRA_ARGS") ?? "").split(/[ \t]+/).filter((arg) => arg !== ""),
      environment,
      file,
      line: section.line,
    },
  };
}
