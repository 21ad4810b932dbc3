import type { ProfileValue } from "../../protocol/profiles.ts";
import { nearNames } from "../../util/near-names.ts";
import type { DeckYaml, Layer, YamlProblem } from "./parse-deck-yaml.ts";

/** A profile with all it inherits. */
export interface Inherited {
  readonly values: readonly ProfileValue[];
  readonly problems: readonly YamlProblem[];
}

export const DEFAULT_BACKEND = "llama.cpp";

/** Nearest wins: the profile, what it extends, its back end, the defaults. */
export function inherit(yaml: DeckYaml, id: string, file: string): Inherited {
  const problems: YamlProblem[] = [];
  const chain = chainOf(yaml, id, [], problems);
  const layers: { readonly layer: Layer; readonly section: string }[] = chain.map((one) => ({
    layer: yaml.profiles.get(one)?.layer ?? new Map(),
    section: `profiles.${one}`,
  }));
  layers.unshift({ layer: yaml.defaults, section: "defaults" });
  const backend = String(
    layers.findLast(({ layer }) => layer.has("backend"))?.layer.get("backend")?.value ?? DEFAULT_BACKEND,
  );
  layers.splice(1, 0, { layer: yaml.backends.get(backend) ?? new Map(), section: `backends.${backend}` });
  const values = new Map<string, ProfileValue>();
  for (const { layer, section } of layers)
    for (const [key, { value, line }] of layer) {
      // What something is called, and that it extends others, is its own.
      if (["name", "aliases", "extends"].includes(key) && section !== `profiles.${id}`) continue;
      values.set(key, { key, value, origin: { kind: "file", file, line, section } });
    }
  return { values: [...values.values()], problems };
}

/** Farthest first, itself last; each once. */
function chainOf(yaml: DeckYaml, id: string, via: readonly string[], problems: YamlProblem[]): readonly string[] {
  const extended = yaml.profiles.get(id)?.layer.get("extends");
  const names = Array.isArray(extended?.value) ? extended.value.map(String) : [];
  const path = [...via, id];
  const root = path[0] ?? id;
  const report = (problem: string): void =>
    void problems.push({ line: extended?.line ?? 1, problem, severity: "error", profile: root });
  const above = names.flatMap((name) => {
    if (path.includes(name)) {
      report(`It extends itself: ${[...path.slice(path.indexOf(name)), name].join(" → ")}`);
      return [];
    }
    if (!yaml.profiles.has(name)) {
      const [near] = nearNames(name, yaml.profiles.keys());
      report(
        `It extends “${name}”, which is no profile of this file${near === undefined ? "" : `: did you mean ${near}?`}`,
      );
      return [];
    }
    return chainOf(yaml, name, path, problems);
  });
  return [...new Set([...above, id])];
}
