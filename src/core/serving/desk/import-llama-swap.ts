import { parseDocument } from "yaml";
import type { ProfileImport, ProfileValue } from "../../protocol/profiles.ts";
import { isRecord } from "../compose/parse-compose.ts";
import { profileLines } from "../yaml/yaml-text.ts";
import { textOf } from "../yaml/read-value.ts";
import { serverCommand } from "./server-command.ts";

type Value = Pick<ProfileValue, "key" | "value">;

/**
 * A llama-swap configuration as profiles: each model's command taken apart, its macros in place, its group kept.
 * @param taken ids that are in use. @param port one of ours is no port a person chose
 */
export function importLlamaSwap(
  text: string,
  path: string,
  target: string,
  taken: ReadonlySet<string>,
  port: number,
): ProfileImport {
  const document = parseDocument(text, { merge: true, logLevel: "silent" });
  const [error] = document.errors;
  const failed = (problem: string): ProfileImport => ({
    target,
    profiles: [],
    text: "",
    written: false,
    problems: [problem],
  });
  if (error) return failed(`${path} is not valid YAML: ${error.message.split("\n")[0] ?? ""}`);
  let plain: unknown;
  try {
    plain = document.toJS({ maxAliasCount: 100 });
  } catch {
    return failed("Its anchors grow beyond bounds");
  }
  if (!isRecord(plain) || !isRecord(plain["models"]))
    return failed(`${path} has no models: is it a configuration of llama-swap?`);
  const groups = groupsOf(plain["groups"]);
  const macros = macrosOf(plain["macros"]);
  const ids = new Set(taken);
  const profiles = Object.entries(plain["models"]).map(([name, model]) => {
    const id = name.replaceAll(/[^A-Za-z0-9_-]+/g, "-").replaceAll(/^-+|-+$/g, "") || "model";
    const problems: string[] = [];
    const values = isRecord(model) ? modelValues(name, id, model, macros, groups.get(name), port, problems) : [];
    if (ids.has(id)) problems.push(`There is a profile ${id} already`);
    if (!values.some(({ key }) => key === "model")) problems.push("Its command names no model file");
    const isNew = !ids.has(id) && values.some(({ key }) => key === "model");
    if (isNew) ids.add(id);
    return { id, values, problems, isNew };
  });
  const lines = profiles.filter(({ isNew }) => isNew).flatMap(({ id, values }) => profileLines(id, values));
  return {
    target,
    profiles,
    text: lines.length === 0 ? "" : `profiles:\n${lines.join("\n")}\n`,
    written: false,
    problems: [],
  };
}

function modelValues(
  name: string,
  id: string,
  model: Readonly<Record<string, unknown>>,
  shared: ReadonlyMap<string, string>,
  group: string | undefined,
  port: number,
  problems: string[],
): readonly Value[] {
  const macros = new Map([...shared, ...macrosOf(model["macros"]), ["MODEL_ID", name], ["PORT", String(port)]]);
  const command = textOf(model["cmd"]) ?? "";
  const found = serverCommand(expand(command, macros, problems));
  problems.push(...found.problems);
  const values: Value[] = [];
  const give = (key: string, value: ProfileValue["value"] | undefined): void => {
    if (value !== undefined && value !== "" && (typeof value !== "object" || value.length > 0))
      values.push({ key, value });
  };
  give("name", textOf(model["name"]) ?? (id === name ? undefined : name));
  give("description", textOf(model["description"])?.trim());
  const aliases = Array.isArray(model["aliases"]) ? model["aliases"].flatMap((one: unknown) => textOf(one) ?? []) : [];
  give("aliases", [...(id === name ? [] : [name]), ...aliases]);
  for (const { key, value } of found.values) give(key, value);
  const ttl = model["ttl"];
  if (typeof ttl === "number" && ttl > 0) give("ttl", ttl);
  give("group", group);
  const health = textOf(model["checkEndpoint"]);
  if (health !== undefined && health !== "none" && health !== "/health") give("health", health);
  for (const variable of Array.isArray(model["env"]) ? model["env"].map(String) : []) {
    const [, key, value = ""] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(expand(variable, macros, problems)) ?? [];
    const uuids = value.split(",").map((one) => one.trim());
    if (key === "CUDA_VISIBLE_DEVICES" && uuids.every((one) => one.startsWith("GPU-"))) give("gpu", uuids);
    else if (key !== undefined) give(`env.${key}`, value);
  }
  return values;
}

/** One server at a time where its members are swapped; else each has a group of its own. */
function groupsOf(given: unknown): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [name, group] of Object.entries(isRecord(given) ? given : {})) {
    if (!isRecord(group) || !Array.isArray(group["members"])) continue;
    for (const member of group["members"].map(String))
      found.set(member, groupName(group["swap"] === false ? `${name}-${member}` : name));
  }
  return found;
}

const groupName = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, "-")
    .slice(0, 40);

/** An object, or a list of objects with one macro each. */
function macrosOf(given: unknown): ReadonlyMap<string, string> {
  const pairs = Array.isArray(given)
    ? given.flatMap((one: unknown) => Object.entries(isRecord(one) ? one : {}))
    : Object.entries(isRecord(given) ? given : {});
  return new Map(
    pairs.flatMap(([name, value]) => {
      const text = textOf(value);
      return text === undefined ? [] : [[name, text.trim()] as const];
    }),
  );
}

/** A macro may hold others; one that holds itself is left as it is. */
function expand(text: string, macros: ReadonlyMap<string, string>, problems: string[], depth = 0): string {
  return text.replaceAll(/\$\{([\w.-]+)\}/g, (all, name: string) => {
    const value = macros.get(name);
    if (value !== undefined && depth < 8) return expand(value, macros, problems, depth + 1);
    problems.push(
      name.startsWith("env.")
        ? `${all} stands for a variable of llama-swap's own: write its value`
        : `There is no macro ${name}`,
    );
    return all;
  });
}
