import type { DeviceUse, Mount } from "../../ports/runtime.ts";
import type { ProfileValue } from "../../protocol/profiles.ts";
import { devicesOf, groupsOf } from "./devices-of.ts";
import { textOf } from "../yaml/read-value.ts";
import { folderOf } from "../model-path.ts";
import type { ComposeBeside } from "./beside.ts";
import { environmentOf } from "./environment-of.ts";
import { interpolate } from "./interpolate.ts";
import { type ComposeService, isRecord } from "./parse-compose.ts";
import { commandWords } from "./command-words.ts";
import { isWithheldFolder } from "./withheld.ts";

/** What a service gives a profile: values in its place, and mounts beside the model's own. What of it has no effect `withoutEffect` tells. */
export interface ServiceUse {
  readonly values: readonly ProfileValue[];
  readonly mounts: readonly Mount[];
  readonly devices: readonly DeviceUse[];
  readonly groups: readonly string[];
  /** Variables that are handed on from outside and are not there: the server has none, whatever its image says. */
  readonly unset: readonly string[];
  readonly built: boolean;
  readonly problems: readonly string[];
}

/**
 * @param variables of the profile, over those of `.env`
 * @param modelPath its own files are mounted one by one, so that the volume they lie in is left out
 * @param ofProfile a variable of it alone
 */
export function useService(
  beside: Pick<ComposeBeside, "file" | "environment" | "variables">,
  { name, project, body }: ComposeService,
  variables: ReadonlyMap<string, string>,
  modelPath: string | undefined,
  ofProfile: (name: string) => string | undefined,
): ServiceUse {
  const problems: string[] = [];
  const { file } = beside;
  const folder = folderOf(file);
  const missing = (variable: string, reason: string): void =>
    void problems.push(`${variable} is wanted by the service ${name}${reason === "" ? "" : `: ${reason}`}`);
  const say = (given: unknown): string => interpolate(textOf(given) ?? "", variables, missing);
  const values: ProfileValue[] = [];
  const give = (key: string, value: ProfileValue["value"]): void =>
    void values.push({ key, value, origin: { kind: "compose", file, service: name } });

  const built = body["build"] !== undefined && body["build"] !== null;
  if (typeof body["image"] === "string") give("image", say(body["image"]));
  else if (built) give("image", `${project}-${name}`);
  const environment = environmentOf(body["environment"], ofProfile, beside, say);
  for (const [key, value] of environment.values) give(`env.${key}`, value);
  problems.push(...environment.problems);
  const port = portOf(body["ports"], say);
  if (port !== undefined) give("port", port);
  const gpu = gpusOf(body, say);
  if (gpu !== undefined) give("gpu", gpu);
  const command = commandWords(body["command"], variables, missing);
  if (command) give("args", withoutModel(command.words));
  const mounts = volumesOf(body["volumes"], say, folder, problems).filter(
    ({ source }) => modelPath === undefined || !isBelow(modelPath, source),
  );
  const devices = devicesOf(body["devices"], say, problems);
  return {
    values,
    mounts,
    devices,
    groups: groupsOf(body["group_add"], say),
    unset: environment.unset,
    built,
    problems,
  };
}

function portOf(given: unknown, say: (text: unknown) => string): number | undefined {
  const [first]: readonly unknown[] = Array.isArray(given) ? given : [];
  const published = isRecord(first)
    ? say(first["published"])
    : say(first)
        .replace(/\/\w+$/, "")
        .split(":")
        .at(-2);
  const port = Number(published);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

/** `gpus: all`, or a reservation of devices that can what a GPU can. */
function gpusOf(
  body: Readonly<Record<string, unknown>>,
  say: (text: unknown) => string,
): ProfileValue["value"] | undefined {
  const field = (value: unknown, key: string): unknown => (isRecord(value) ? value[key] : undefined);
  const reserved = field(field(field(body["deploy"], "resources"), "reservations"), "devices");
  const devices: readonly unknown[] = [reserved, body["gpus"]].flatMap((one): readonly unknown[] =>
    Array.isArray(one) ? one : [],
  );
  const device = devices.find((one) => {
    const can = field(one, "capabilities");
    return one !== undefined && (can === undefined || JSON.stringify(can).includes("gpu"));
  });
  if (device === undefined) return body["gpus"] === "all" ? "all" : undefined;
  const ids = field(device, "device_ids");
  return Array.isArray(ids) ? ids.map((id: unknown) => say(id)) : "all";
}

/** Only what lies on this machine's disk: a volume of the engine's own is none of a server's files. */
function volumesOf(
  given: unknown,
  say: (text: unknown) => string,
  folder: string,
  problems: string[],
): readonly Mount[] {
  const volumes: readonly unknown[] = Array.isArray(given) ? given : [];
  return volumes.flatMap((volume) => {
    const [source = "", target = ""] = isRecord(volume)
      ? [say(volume["source"]), say(volume["target"])]
      : (/^((?:[A-Za-z]:[\\/])?[^:]*):([^:]+)/.exec(say(volume))?.slice(1) ?? []);
    if (!/^([/\\.]|[A-Za-z]:[\\/])/.test(source) || !target.startsWith("/")) {
      if (source !== "") problems.push(`The volume ${source} is no folder of this machine, and is left out`);
      return [];
    }
    const mount = { source: absolute(source, folder), target };
    if (!isWithheldFolder(mount.source)) return [mount];
    problems.push(`The volume ${source} is never given to a server, and is left out`);
    return [];
  });
}

function absolute(source: string, folder: string): string {
  if (/^([A-Za-z]:|\\)/.test(source)) return source;
  const parts = source.startsWith(".") ? folder.split("/") : [""];
  for (const part of source.split(/[\\/]+/)) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/") || "/";
}

const isBelow = (path: string, folder: string): boolean =>
  path.startsWith(`${folder.replace(/[\\/]+$/, "")}/`) || path === folder;

/** The model is the profile's own, and so is the name of its file inside. */
function withoutModel(words: readonly string[]): readonly string[] {
  return words.filter(
    (word, at) => word !== "-m" && word !== "--model" && !["-m", "--model"].includes(words[at - 1] ?? ""),
  );
}
