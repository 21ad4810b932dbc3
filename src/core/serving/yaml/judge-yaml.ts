import type { Judged } from "../profile-file.ts";
import { settleProfile } from "../settle-profile.ts";
import { inherit } from "./inherit.ts";
import { parseDeckYaml } from "./parse-deck-yaml.ts";

/** A profile that others extend and that names no model itself is there for them alone. */
export function judgeYaml(text: string, file: string, root: string): Judged {
  const yaml = parseDeckYaml(text);
  const extended = new Set<unknown>();
  for (const { layer } of yaml.profiles.values()) {
    const names = layer.get("extends")?.value;
    if (Array.isArray(names)) for (const name of names) extended.add(name);
  }
  const written = [...yaml.profiles].flatMap(([id, { line }]) => {
    const { values, problems } = inherit(yaml, id, file);
    const own = [...yaml.problems.filter(({ profile }) => profile === id), ...problems];
    const isBase = extended.has(id) && !values.some(({ key }) => key === "model");
    if (isBase && own.every(({ severity }) => severity !== "error")) return [];
    return [settleProfile({ id, source: "yaml", file, line, root, values, problems: own.map(plain) })];
  });
  return {
    written,
    stray: yaml.problems.filter(({ profile }) => profile === undefined || !yaml.profiles.has(profile)).map(plain),
  };
}

const plain = ({ line, problem, severity }: { line: number; problem: string; severity: "error" | "warning" }) => ({
  line,
  problem,
  severity,
});
