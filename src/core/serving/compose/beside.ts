import type { Files } from "../../ports/files.ts";
import { isFault, reasonOf } from "../../util/faults.ts";
import { bytes } from "../../util/ids.ts";
import { fileName, folderOf } from "../model-path.ts";
import { type ComposeService, composeNames, parseCompose } from "./parse-compose.ts";
import { outsideOfBlock } from "./env-block.ts";

/** The compose file beside a models.conf, with what `.env` says apart from us. */
export interface ComposeBeside {
  /** Absolute. */
  readonly file: string;
  readonly envFile: string;
  /** Absent where the file cannot be used; `problem` says why. */
  readonly service: ComposeService | undefined;
  readonly problem: { readonly line: number; readonly problem: string } | undefined;
  readonly variables: ReadonlyMap<string, string>;
  /** Of Model Deck itself: what a service hands on from outside is looked for there first, as Compose does. */
  readonly environment: Environment;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const LARGEST = bytes(2 ** 20);

/** undefined where there is none. @param conf absolute path of models.conf */
export async function composeBeside(
  conf: string,
  files: Pick<Files, "readText">,
  environment: Environment = {},
): Promise<ComposeBeside | undefined> {
  const folder = folderOf(conf);
  const envFile = `${folder}/.env`;
  for (const name of composeNames) {
    const file = `${folder}/${name}`;
    try {
      const text = await files.readText(file, LARGEST);
      if (text === undefined) continue;
      const env = await files.readText(envFile, LARGEST).catch(() => undefined);
      const variables = readEnv(env ?? "");
      return { file, envFile, ...parseCompose(text, fileName(folder)), variables, environment };
    } catch (error) {
      const problem = isFault(error, "fileUnreadable") ? error.fault.reason : reasonOf(error);
      return { file, envFile, service: undefined, problem: { line: 1, problem }, variables: new Map(), environment };
    }
  }
  return undefined;
}

/** `NAME=value` lines, quotes taken off; what is ours is left out. */
export function readEnv(text: string): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const line of outsideOfBlock(text).split(/\r?\n/)) {
    const [, name, value = ""] = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined) continue;
    const [, single, double] = /^(?:'([^']*)'|"((?:[^"\\]|\\.)*)")$/.exec(value) ?? [];
    variables.set(name, single ?? double?.replaceAll(/\\(.)/g, "$1") ?? value.replace(/\s+#.*$/, ""));
  }
  return variables;
}
