import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { dataFolder } from "../core/adapters/data-folder.ts";
import { keptSettings, settingsOf } from "../core/adapters/kept-settings.ts";
import { isObject } from "../core/owner/parse-object.ts";
import type { Secrets } from "../core/ports/secrets.ts";
import type { Where } from "../core/terminal/parse-command.ts";
import { fault, reasonOf } from "../core/util/faults.ts";

type Values = Readonly<Record<string, unknown>>;
type Environment = Readonly<Record<string, string | undefined>>;

/** Absolute. */
export function storageOf(where: Where, env: Environment): string {
  const named = where.storage ?? env["MODELDECK_STORAGE"] ?? "";
  // What a person writes in a shell is meant from where she stands.
  return named === "" || named.startsWith("~")
    ? dataFolder(named, process.platform, env, os.homedir())
    : path.resolve(named);
}

export interface SettingValues {
  readonly values: Values;
  /** Keys that the command itself names. */
  readonly named: readonly string[];
}

/** What the windows were set to, a file over it, single ones over that. */
export async function settingValues(where: Where, storage: string): Promise<SettingValues> {
  const single = where.set.map((one) => {
    const at = one.indexOf("=");
    return [one.slice(0, at).replace(/^modelDeck\./, ""), valueOf(one.slice(at + 1))] as const;
  });
  const file = where.settings === undefined ? {} : await fileOf(path.resolve(where.settings));
  return {
    values: { ...(await keptSettings(storage)), ...file, ...Object.fromEntries(single) },
    named: single.map(([key]) => key),
  };
}

async function fileOf(file: string): Promise<Values> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    const reason = error instanceof Error && "code" in error && error.code === "ENOENT" ? "it is not there" : undefined;
    throw fault({ code: "fileUnreadable", path: file, reason: reason ?? reasonOf(error) }, error);
  });
  const invalid = (problem: string): Error => fault({ code: "configInvalid", path: file, problem });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(reasonOf(error));
  }
  if (!isObject(value)) throw invalid("it holds no object of settings");
  return settingsOf(value);
}

/** JSON where it is some, else text. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const TOKENS: Readonly<Record<string, readonly string[]>> = {
  huggingface: ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"],
  civitai: ["CIVITAI_TOKEN", "CIVITAI_API_TOKEN"],
};

/** Tokens of the environment; none is ever written. */
export const environmentSecrets = (env: Environment): Secrets => ({
  get: async (name) =>
    TOKENS[name]?.map((key) => env[key]?.trim()).find((value) => value !== undefined && value !== ""),
  set: async () => {
    throw fault({ code: "readOnly", reason: "tokens of a terminal come from its environment" });
  },
  delete: async () => {
    throw fault({ code: "readOnly", reason: "tokens of a terminal come from its environment" });
  },
});

/** Of the package this script is part of: beside `dist/`, or two folders up from the sources. */
export function packageVersion(): string {
  const here = typeof __dirname === "string" ? __dirname : import.meta.dirname;
  for (const file of ["../package.json", "../../package.json"]) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(path.join(here, file), "utf8"));
      if (typeof manifest === "object" && manifest !== null && "version" in manifest) return String(manifest.version);
    } catch {
      // The other place, then.
    }
  }
  return "";
}
