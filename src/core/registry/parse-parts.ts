import type { BackendConfig } from "../protocol/editing.ts";
import { foldCapabilities } from "./capabilities.ts";
import { present } from "./columns.ts";
import {
  FieldProblem,
  type Read,
  asArguments,
  asLine,
  asLines,
  asPath,
  asRecord,
  asWhole,
  ifFits,
  inField,
  isRecord,
} from "./fields.ts";
import type { FiledFile } from "./registry-file.ts";

export const asSize = asWhole(0, Number.MAX_SAFE_INTEGER);

/** What of it is no address of ours is in `others`. */
export function readConfig(value: unknown): {
  readonly config: BackendConfig;
  readonly extraArgs: readonly string[] | undefined;
  readonly others: Readonly<Record<string, unknown>>;
} {
  const { port, host, base_url: baseUrl, model_path: modelPath, extra_args: extraArgs, ...others } = asRecord(value);
  const part = <T>(field: string, read: Read<T>, given: unknown): T | undefined =>
    given === undefined || given === null ? undefined : inField(field, () => read(given));
  return {
    config: present({
      port: part("port", asWhole(1, 65_535), port),
      host: part("host", asLine, host),
      baseUrl: part("base_url", asLine, baseUrl),
      modelPath: part("model_path", asLine, modelPath),
    }),
    extraArgs: part("extra_args", asArguments, extraArgs),
    others,
  };
}

export const readPriorities: Read<Readonly<Record<string, number>>> = (value) =>
  Object.fromEntries(
    Object.entries(asRecord(value)).map(([role, one]) => [role, inField(role, () => asWhole(0, 100)(one))]),
  );

/** An object of flags, or a list of names; what is said of one beside true and false is in `others`. */
export const readCapabilities: Read<{
  readonly names: readonly string[];
  readonly others: Readonly<Record<string, unknown>>;
}> = (value) => {
  if (Array.isArray(value)) return { names: foldCapabilities(asLines(value)), others: {} };
  const said = Object.entries(asRecord(value)).filter(([name, one]) => name.trim() !== "" && one !== null);
  return {
    names: foldCapabilities(said.flatMap(([name, one]) => (one === true ? [name] : []))),
    others: Object.fromEntries(said.filter(([, one]) => typeof one !== "boolean")),
  };
};

/** undefined where it is a list of another kind, such as of mere names: that is kept as it is. */
export function readFiles(value: unknown): readonly FiledFile[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw new FieldProblem("takes a list", ["download_files"]);
  const files = value.map((one: unknown) => {
    if (!isRecord(one)) return undefined;
    const [path, sizeBytes] = [ifFits(asPath, one["path"]), ifFits(asSize, one["size_bytes"])];
    const sha256 = one["sha256"] ?? undefined;
    if (path === undefined || sizeBytes === undefined) return undefined;
    if (sha256 !== undefined && !(typeof sha256 === "string" && /^[0-9a-f]{64}$/i.test(sha256))) return undefined;
    return { path, sizeBytes, sha256: sha256?.toLowerCase() };
  });
  return files.every((file) => file !== undefined) ? files : undefined;
}
