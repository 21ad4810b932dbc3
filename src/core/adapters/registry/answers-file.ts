import { hash } from "node:crypto";
import type { Row, Value } from "../../ports/database.ts";

/**
 * What was asked first of a registry, answered from a snapshot: it lies beside the snapshot, so that the next opening
 * answers before it has read the whole. One line of JSON says of what state it is, then by turns one is a question and
 * one its rows; the sha256 of all before it ends it, as 64 hex digits. It is derived: any doubt, and it is not believed.
 */
export interface Answers {
  readonly of: AnsweredState;
  /** Key of a question → its rows, encoded. */
  readonly rows: ReadonlyMap<string, string>;
}

export interface AnsweredState {
  readonly schema: number;
  readonly sequence: number;
  /** The sha256 the snapshot ends with. */
  readonly digest: string;
  /** Segments that lay there then → bytes of them, all of which counted and held nothing past the snapshot. */
  readonly journal: Readonly<Record<string, number>>;
}

export interface Question {
  readonly statement: string;
  readonly parameters: readonly Value[];
}

const FORMAT = 1;
const DIGEST_BYTES = 64;

export const keyOf = ({ statement, parameters }: Question): string => JSON.stringify([statement, parameters]);

/** undefined where the text is no key of ours. */
export function questionOf(key: string): Question | undefined {
  const parsed = parse(key);
  if (!Array.isArray(parsed)) return undefined;
  const [statement, parameters]: readonly unknown[] = parsed;
  if (typeof statement !== "string" || !Array.isArray(parameters) || !parameters.every(isValue)) return undefined;
  return { statement, parameters };
}

export function encodeAnswers({ of, rows }: Answers): Uint8Array {
  const header = JSON.stringify({ modeldeck: "answers", format: FORMAT, ...of });
  const body = `${[header, ...[...rows].flat()].join("\n")}\n`;
  return Buffer.from(body + hash("sha256", body, "hex"));
}

/** undefined where it is torn, damaged, or of another release's form. */
export function readAnswers(content: Uint8Array): Answers | undefined {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const body = bytes.subarray(0, Math.max(0, bytes.length - DIGEST_BYTES));
  if (body.length === 0 || hash("sha256", body, "hex") !== bytes.toString("latin1", body.length)) return undefined;
  const [header = "", ...lines] = body.toString("utf8").split("\n");
  const of = stateOf(parse(header));
  if (!of) return undefined;
  const rows = new Map<string, string>();
  for (let at = 0; at + 1 < lines.length; at += 2) rows.set(lines[at] ?? "", lines[at + 1] ?? "");
  return { of, rows };
}

/** undefined where JSON would give back something else. */
export function encodeRows(rows: readonly Row[]): string | undefined {
  const columns = Object.keys(rows[0] ?? {});
  const values = rows.map((row) => columns.map((column) => row[column] ?? null));
  const exact = values.flat().every((value) => typeof value !== "number" || isExact(value));
  return exact && !columns.includes("__proto__") ? JSON.stringify({ columns, values }) : undefined;
}

/** undefined where the text is none of ours. */
export function decodeRows(text: string): readonly Row[] | undefined {
  const parsed = parse(text);
  if (typeof parsed !== "object" || parsed === null || !("columns" in parsed) || !("values" in parsed))
    return undefined;
  const { columns, values } = parsed;
  if (!Array.isArray(columns) || !Array.isArray(values)) return undefined;
  const names = columns.map(String);
  const rows: Row[] = [];
  for (const one of values) {
    if (!Array.isArray(one) || one.length !== names.length || !one.every(isValue)) return undefined;
    const row: Record<string, Value> = {};
    for (const [index, name] of names.entries()) row[name] = one[index] ?? null;
    rows.push(row);
  }
  return rows;
}

const isExact = (value: number): boolean => Number.isFinite(value) && !Object.is(value, -0);

const isValue = (value: unknown): value is Value =>
  value === null || typeof value === "string" || typeof value === "number";

function stateOf(header: unknown): AnsweredState | undefined {
  if (typeof header !== "object" || header === null) return undefined;
  if (!("modeldeck" in header) || header.modeldeck !== "answers") return undefined;
  if (!("format" in header) || header.format !== FORMAT) return undefined;
  if (!("schema" in header && "sequence" in header && "digest" in header && "journal" in header)) return undefined;
  const { schema, sequence, digest, journal } = header;
  if (typeof schema !== "number" || typeof sequence !== "number" || typeof digest !== "string") return undefined;
  if (typeof journal !== "object" || journal === null) return undefined;
  const sizes = Object.entries(journal).flatMap(([file, size]) =>
    typeof size === "number" ? [[file, size] as const] : [],
  );
  return { schema, sequence, digest, journal: Object.fromEntries(sizes) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
