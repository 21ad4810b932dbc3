import { isMap, parseDocument } from "yaml";
import { isAbsolute } from "../downloads/safe-path.ts";

/** Absolute, with slashes. */
export interface InvokeFolders {
  readonly models: string;
  readonly database: string;
}

/** Where InvokeAI keeps what, by its `invokeai.yaml`: flat since 4.0, in `InvokeAI: Paths:` before. */
export function readInvokeFolders(root: string, yaml: string): InvokeFolders {
  const document = parseDocument(yaml, { uniqueKeys: false, logLevel: "silent" });
  const told = (key: string): string | undefined => {
    const value =
      document.errors.length > 0 || !isMap(document.contents)
        ? undefined
        : (document.get(key) ?? document.getIn(["InvokeAI", "Paths", key]));
    return typeof value === "string" && value !== ""
      ? value.replaceAll("\\", "/").replace(/(?<=.)\/+$/, "")
      : undefined;
  };
  const below = (path: string): string => (isAbsolute(path) ? path : `${root}/${path}`);
  return {
    models: below(told("models_dir") ?? "models"),
    database: `${below(told("db_dir") ?? "databases")}/invokeai.db`,
  };
}
