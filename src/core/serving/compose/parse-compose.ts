import { type Document, LineCounter, isAlias, isMap, isScalar, parseDocument } from "yaml";
import { variablesIn } from "./interpolate.ts";

/** A service as it is written, nothing interpolated. */
export interface ComposeService {
  readonly name: string;
  /** As an image of its build is named where nothing else is said. */
  readonly project: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Where each key of it stands, counted from 1; of one that it was merged with, where the service stands. */
  readonly lines: ReadonlyMap<string, number>;
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
  const usable = services.flatMap(([name, body]) =>
    isRecord(body) ? [{ name, project, body, lines: linesOf(name, body, document, lines) }] : [],
  );
  const [only] = usable;
  if (!only) return failed("It has no services");
  const service =
    usable.find(({ body }) => variablesIn(JSON.stringify(body)).includes("MODEL")) ??
    (usable.length === 1 ? only : usable.find(({ body }) => /llama/i.test(JSON.stringify(body["image"] ?? ""))));
  return service
    ? { service, problem: undefined }
    : failed("None of its services speaks of ${MODEL}, so that it is not known which one serves models");
}

function linesOf(
  name: string,
  body: Readonly<Record<string, unknown>>,
  document: Document,
  lines: LineCounter,
): ReadonlyMap<string, number> {
  const services = resolved(document.get("services", true), document);
  const pair = isMap(services)
    ? services.items.find(({ key }) => isScalar(key) && String(key.value) === name)
    : undefined;
  const lineOf = (key: unknown): number | undefined =>
    isScalar(key) && key.range ? lines.linePos(key.range[0]).line : undefined;
  const service = resolved(pair?.value, document);
  const own = isMap(service) ? service.items.map(({ key }) => key) : [];
  const above = lineOf(pair?.key) ?? 1;
  return new Map(
    Object.keys(body).map((key) => [
      key,
      lineOf(own.find((one) => isScalar(one) && String(one.value) === key)) ?? above,
    ]),
  );
}

const resolved = (node: unknown, document: Document): unknown => (isAlias(node) ? node.resolve(document) : node);

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
