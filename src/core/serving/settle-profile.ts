import type { DeviceUse, Mount } from "../ports/runtime.ts";
import type { Profile, ProfileProblem, ProfileSource, ProfileValue } from "../protocol/profiles.ts";
import { profileId, seconds } from "../util/ids.ts";
import { resolveModelPath } from "./model-path.ts";
import type { ComposeUse, ServerProfile } from "./profile.ts";

export interface ReadProfile {
  /** For views; its problems hold those of the section. */
  readonly shown: Profile;
  /** Each with where it comes from. */
  readonly values: readonly ProfileValue[];
  /** Absent where a problem is an error. */
  readonly server: ServerProfile | undefined;
}

export interface Settling {
  readonly id: string;
  readonly source: ProfileSource;
  readonly file: string;
  readonly line: number;
  /** Where its model is looked for. */
  readonly root: string;
  readonly values: readonly ProfileValue[];
  readonly problems: readonly ProfileProblem[];
  /** The entry an automatic profile is made of. */
  readonly entry?: string | undefined;
  readonly compose?: ComposeUse | undefined;
  readonly mounts?: readonly Mount[] | undefined;
  readonly devices?: readonly DeviceUse[] | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly unset?: readonly string[] | undefined;
}

/** A profile made of its values, whatever file they stand in; keys as modeldeck.yaml has them. */
export function settleProfile(given: Settling): ReadProfile {
  const { id, source, file, line, values } = given;
  const problems = [...given.problems];
  const found = new Map(values.map((value) => [value.key, value]));
  const text = (key: string): string | undefined => {
    const value = found.get(key)?.value;
    return value === undefined || value === "" || typeof value === "object" ? undefined : String(value);
  };
  const number = (key: string): number | undefined => {
    const value = found.get(key)?.value;
    return typeof value === "number" ? value : undefined;
  };
  const texts = (key: string): readonly string[] => {
    const value = found.get(key)?.value;
    return typeof value === "object" ? value : [];
  };
  const lineOf = (key: string): number => {
    const origin = found.get(key)?.origin;
    return origin?.kind === "file" && origin.file === file ? origin.line : line;
  };

  const model = text("model");
  const place = model === undefined ? { problem: "MODEL is missing" } : resolveModelPath(model, given.root);
  if ("problem" in place) {
    const problem = source === "yaml" ? place.problem.replace("MODEL", "model") : place.problem;
    problems.push({ line: lineOf("model"), problem, severity: "error" });
  }
  const context = number("context");
  const [speed, ttl, gpu] = [text("speed"), number("ttl"), found.get("gpu")?.value];
  const gpus = gpu === "none" ? [] : typeof gpu === "object" ? gpu : undefined;
  const router = text("router");
  if (router !== undefined && found.has("health"))
    problems.push({ line: lineOf("health"), problem: "health has no effect in a router", severity: "warning" });
  const runtime = RUNTIMES.find((one) => one === text("runtime"));
  const shown: Profile = {
    id,
    name: text("name") ?? id,
    description: text("description") ?? "",
    backend: text("backend") ?? "llama.cpp",
    model: model ?? "",
    ...(context ? { context } : {}),
    ...(speed === undefined ? {} : { speed }),
    group: text("group") ?? "default",
    bench: id.startsWith("bench-"),
    file,
    line,
    problems: problems.sort((a, b) => a.line - b.line),
    source,
    aliases: texts("aliases"),
    ...(given.entry === undefined ? {} : { entry: given.entry }),
    ...(ttl === undefined ? {} : { ttlSeconds: ttl }),
    ...(runtime && { runtime }),
    ...(gpus && { gpus }),
    ...(router === undefined ? {} : { router }),
  };
  if ("problem" in place || problems.some(({ severity }) => severity === "error"))
    return { shown, values, server: undefined };
  const environment = values.flatMap(({ key, value }) =>
    key.startsWith("env.") ? [[key.slice("env.".length), String(value)] as const] : [],
  );
  return {
    shown,
    values,
    server: {
      id: profileId(id),
      name: shown.name,
      backend: shown.backend,
      group: shown.group,
      modelPath: place.path,
      context,
      gpuLayers: text("gpuLayers"),
      fit: text("fit"),
      fitTarget: text("fitTarget"),
      extraArgs: texts("args"),
      environment: Object.fromEntries(environment),
      image: text("image"),
      binary: text("binary"),
      runtime,
      gpus,
      port: number("port"),
      ttl: ttl === undefined ? undefined : seconds(ttl),
      healthPath: text("health"),
      router,
      compose: given.compose,
      mounts: given.mounts,
      devices: given.devices,
      groups: given.groups,
      unset: given.unset,
      file,
      line,
    },
  };
}

const RUNTIMES = ["container", "process"] as const;
