/** What an owner tells whoever knocks: one line of JSON. */
export interface OwnerCard {
  readonly pid: number;
  readonly generation: number;
  /** Of the extension. */
  readonly version: string;
}

/** What lies in `owner-<generation>` from the moment the file is there: where its owner listens, and who that is. */
export interface OwnerRecord {
  readonly pid: number;
  /** Path of the unix socket, or name of the pipe. */
  readonly socket: string;
}

/** Of one data folder, held by one live process at a time. */
export interface Ownership {
  /** Above all earlier ones of the folder. */
  readonly generation: number;
  /** Idempotent. Afterwards another may claim; a process that just ends is as good. */
  release(): Promise<void>;
}

export const ownerFile = (generation: number): string => `owner-${generation}`;

/** Generations of the owners that left a file, highest first. */
export const ownerGenerations = (names: readonly string[]): readonly number[] =>
  names
    .flatMap((name) => {
      const match = /^owner-(\d+)$/.exec(name);
      return match ? [Number(match[1])] : [];
    })
    .toSorted((a, b) => b - a);

/** undefined where the text is no card. */
export function parseCard(line: string): OwnerCard | undefined {
  const card = parseObject(line);
  const [pid, generation, version] = [card?.["pid"], card?.["generation"], card?.["version"]];
  if (typeof pid !== "number" || typeof generation !== "number" || typeof version !== "string") return undefined;
  return { pid, generation, version };
}

/** undefined where the text is no record. */
export function parseOwnerRecord(text: string): OwnerRecord | undefined {
  const record = parseObject(text);
  const [pid, socket] = [record?.["pid"], record?.["socket"]];
  return typeof pid === "number" && typeof socket === "string" ? { pid, socket } : undefined;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
