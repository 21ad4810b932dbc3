import type { ProfileValue } from "../../protocol/profiles.ts";
import { fault } from "../../util/faults.ts";
import { parseConf } from "../models-conf.ts";
import { isYaml } from "../profile-file.ts";
import { confKeys } from "../read-profile.ts";
import { setConfValue } from "../set-conf-value.ts";
import { addYamlProfile, setYamlValue } from "../yaml/set-yaml-value.ts";
import type { ProfilePatch } from "./profile-desk.ts";

type Value = Pick<ProfileValue, "key" | "value">;

/** The file with the patch in the profile's own section. @throws FaultError `configInvalid` where it cannot say it */
export function patchFile(content: Uint8Array, file: string, profile: string, patch: ProfilePatch): Uint8Array {
  let now = content;
  for (const [key, value] of Object.entries(patch))
    now = isYaml(file)
      ? setYamlValue(now, profile, key, value ?? undefined, file)
      : setConfValue(now, profile, confKey(key, file), value === null ? undefined : confText(key, value, file), file);
  return now;
}

/** The file with a new profile at its end. */
export function addToFile(content: Uint8Array, file: string, id: string, values: readonly Value[]): Uint8Array {
  if (isYaml(file)) return addYamlProfile(content, id, values, file);
  const text = Buffer.from(content).toString("latin1");
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const gap = text === "" ? "" : text.endsWith("\n") ? newline : newline + newline;
  const lines = [`[${id}]`, ...values.map(({ key, value }) => `${confKey(key, file)}=${confText(key, value, file)}`)];
  return Buffer.concat([content, Buffer.from(gap + lines.join(newline) + newline, "utf8")]);
}

/** A section of models.conf once more under another id, line by line as it is. */
export function cloneSection(content: Uint8Array, file: string, id: string, as: string): Uint8Array {
  const text = Buffer.from(content).toString("latin1");
  const section = parseConf(text).sections.find((one) => one.id === id);
  if (!section) throw fault({ code: "configInvalid", path: file, problem: `There is no [${id}]` });
  const pairs = Array.from(section.pairs, ([key, { value }]) => `${key}=${value}`);
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const gap = text.endsWith("\n") ? newline : newline + newline;
  return Buffer.from(text + gap + [`[${as}]`, ...pairs].join(newline) + newline, "latin1");
}

function confKey(key: string, file: string): string {
  const known = Object.entries(confKeys).find(([, name]) => name === key)?.[0];
  const variable = /^env\.([A-Z_][A-Z0-9_]*)$/.exec(key)?.[1];
  const found = known ?? (variable !== undefined && !(variable in confKeys) ? variable : undefined);
  if (found !== undefined) return found;
  throw fault({
    code: "configInvalid",
    path: file,
    problem: `models.conf has no key for ${key}: clone the profile into modeldeck.yaml, which has`,
  });
}

/** EXTRA_ARGS is split at blanks, so that no argument may hold one. */
function confText(key: string, value: ProfileValue["value"], file: string): string {
  const text = typeof value === "object" ? value.join(" ") : String(value);
  const isWhole = typeof value !== "object" || value.every((arg) => arg !== "" && !/[ \t]/.test(arg));
  if (isWhole && !/[\r\n\0]/.test(text) && text === text.replaceAll(/^[ \t]+|[ \t]+$/g, "")) return text;
  throw fault({
    code: "configInvalid",
    path: file,
    problem: `models.conf cannot hold this ${key}: a value is one line without blanks at its ends, an argument has no blank in it`,
  });
}
