import type { ProfileProblem, ProfileValue } from "../protocol/profiles.ts";
import type { ComposeBeside } from "./compose/beside.ts";
import { variablesIn } from "./compose/interpolate.ts";
import { useService } from "./compose/use-service.ts";
import { resolveModelPath } from "./model-path.ts";
import type { ConfProblem, ConfSection } from "./models-conf.ts";
import { ROUTER_NAME } from "./yaml/deck-keys.ts";
import { type ReadProfile, settleProfile } from "./settle-profile.ts";

/** Keys of models.conf, by their name in modeldeck.yaml. */
export const confKeys: Readonly<Record<string, string>> = {
  NAME: "name",
  DESCRIPTION: "description",
  SPEED: "speed",
  MODEL: "model",
  CTX_SIZE: "context",
  N_GPU_LAYERS: "gpuLayers",
  FIT: "fit",
  FIT_TARGET: "fitTarget",
  EXTRA_ARGS: "args",
  ROUTER: "router",
};
/** In a compose file's variables it is one of them, as it was before it had a meaning. */
const ROUTER = "ROUTER";

/** @param found what the grammar has to say of this section. @param beside the compose file next to models.conf */
export function readProfile(
  section: ConfSection,
  found: readonly ConfProblem[],
  file: string,
  root: string,
  beside?: ComposeBeside,
): ReadProfile {
  const problems: ProfileProblem[] = found.map(({ line, problem }) => ({ line, problem, severity: "error" }));
  const report = (line: number, problem: string, severity: ProfileProblem["severity"] = "error"): void =>
    void problems.push({ line, problem, severity });
  const own = (line: number): ProfileValue["origin"] => ({ kind: "file", file, line, section: section.id });
  const values: ProfileValue[] = [];
  for (const [key, { value, line }] of section.pairs) {
    const name = key === ROUTER && beside?.service ? undefined : confKeys[key];
    const give = (made: ProfileValue["value"]): void =>
      void values.push({ key: name ?? `env.${key}`, value: made, origin: own(line) });
    if (name === undefined) {
      if (beside?.service) give(value);
      else report(line, `${key} is known to a compose file only, and there is none: it has no effect`, "warning");
    } else if (value === "") continue;
    else if (key === "EXTRA_ARGS") give(value.split(/[ \t]+/).filter((arg) => arg !== ""));
    else if (key === "CTX_SIZE" && !/^\d{1,9}$/.test(value))
      report(line, `${key} takes a whole number, not “${value}”`);
    else if (key === ROUTER && !ROUTER_NAME.test(value))
      report(line, `${key} takes lower-case letters, digits, _ and -, not “${value}”`);
    else if (key === "CTX_SIZE") give(Number(value));
    else if (key === "N_GPU_LAYERS" && !/^(-1|\d{1,5}|auto|all)$/.test(value))
      report(line, `${key} takes a whole number, auto or all, not “${value}”`);
    else give(value);
  }
  const common = { id: section.id, source: "conf", file, line: section.line, root } as const;
  if (!beside?.service) return settleProfile({ ...common, values, problems });

  const variables = Object.fromEntries(Array.from(section.pairs, ([key, { value }]) => [key, value]));
  const model = section.pairs.get("MODEL")?.value ?? "";
  const place = resolveModelPath(model, root);
  const use = useService(
    beside,
    beside.service,
    new Map([...beside.variables, ...Object.entries(variables)]),
    "path" in place ? place.path : undefined,
    (name) => section.pairs.get(name)?.value,
  );
  for (const problem of use.problems) report(section.line, problem, "warning");
  const extra = values.find(({ key }) => key === "args");
  const named = variablesIn(JSON.stringify(beside.service.body["command"] ?? ""));
  const merged = new Map([...values, ...use.values].map((value) => [value.key, value]));
  const command = use.values.find(({ key }) => key === "args");
  // A command that has no place for them gets them at its end.
  if (command && extra && !named.includes("EXTRA_ARGS") && Array.isArray(command.value) && Array.isArray(extra.value))
    merged.set("args", { ...command, value: [...command.value, ...extra.value] });
  const { file: composeFile, envFile } = beside;
  return settleProfile({
    ...common,
    values: [...merged.values()],
    problems,
    mounts: use.mounts,
    devices: use.devices,
    groups: use.groups,
    unset: use.unset,
    compose: { file: composeFile, service: beside.service.name, envFile, variables, built: use.built },
  });
}
