import { LineCounter, parseDocument } from "yaml";
import { variablesIn } from "./interpolate.ts";

/** A service as it is written, nothing interpolated. */
export interface ComposeService {
  readonly name: string;
  /** As an image of its build is named where nothing else is said. */
  readonly project: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ComposeFile {
  /** The one that serves models; undefined where that cannot be told. */
  readonly service: ComposeService | undefined;
  readonly problem: { readonly line: number; readonly problem: string } | undefined;
}

/** Names in the order Compose itself looks for them. */
export const composeNames = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"] as const;

/** @param folder the name of the folder it lies in */
export function parseCompose(text: string, folder: string): ComposeFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { merge: true, lineCounter: lines, logLevel: "silent" });
  const failed = (problem: string, line = 1): ComposeFile => ({ service: undefined, problem: { line, problem } });
  const [error] = document.errors;
  if (error)
    return failed(
      `This is not valid YAML: ${error.message.split(/ at line |\n/)[0] ?? ""}`,
      lines.linePos(error.pos[0]).line,
    );
  let plain: unknown;
  try {
    plain = document.toJS({ maxAliasCount: 100 });
  } catch {
    return failed("Its anchors grow beyond bounds");
  }
  const services = isRecord(plain) && isRecord(plain["services"]) ? Object.entries(plain["services"]) : [];
  const named = isRecord(plain) && typeof plain["name"] === "string" ? plain["name"] : folder;
  const project = named.toLowerCase().replaceAll(/[^a-z0-9_-]/g, "");
  const usable = services.flatMap(([name, body]) => (isRecord(body) ? [{ name, project, body }] : []));
  const [only] = usable;
  if (!only) return failed("It has no services");
  const service =
    usable.find(({ body }) => variablesIn(JSON.stringify(body)).includes("MODEL")) ??
    (usable.length === 1 ? only : usable.find(({ body }) => /llama/i.test(JSON.stringify(body["image"] ?? ""))));
  return service
    ? { service, problem: undefined }
    : failed("None of its services speaks of ${MODEL}, so that it is not known which one serves models");
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
