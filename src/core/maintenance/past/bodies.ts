import * as v from "valibot";
import { type Breath, createBreath } from "../breath.ts";
import type { MaintenanceParts } from "../parts.ts";
import type { Step } from "../plan.ts";
import { parseStep, parseStored } from "../stored.ts";
import type { Touched } from "../apply/touched.ts";

/** What a piece of history did: kept beside the registry, as it is long and seldom asked for. */
export interface Body {
  readonly schema: number;
  readonly steps: readonly Step[];
  /** Paths; what became of rows the steps say. */
  readonly touched: Touched;
}

/** As it was read, with the digest of all that was read. */
export type KeptBody = Body & { readonly digest: string };

type Parts = Pick<MaintenanceParts, "archives" | "files" | "storage" | "clock" | "digest">;
type Place = Pick<Parts, "files" | "storage">;

const SUFFIX = ".json.gz";
const FORMAT = 2;
/** The first line; each other is a step. */
const headSchema = v.strictObject({
  format: v.literal(FORMAT),
  schema: v.number(),
  touched: v.record(v.string(), v.string()),
});

const folderOf = ({ storage }: Pick<Parts, "storage">): string => `${storage}/history`;
const fileOf = (parts: Pick<Parts, "storage">, id: string): string => `${folderOf(parts)}/${id}${SUFFIX}`;

/** Digests of this format; those of before it were of other things. */
const MARK = `${FORMAT}:`;
export const isDigestOfToday = (digest: string | undefined): boolean => digest?.startsWith(MARK) === true;

/** @returns the digest by which it is known to be what it was */
export async function writeBody(parts: Parts, id: string, body: Body): Promise<string> {
  const sum = summing(parts);
  await parts.archives.write(fileOf(parts, id), pieces(body, createBreath(parts.clock), sum.add));
  return sum.hex();
}

/** Characters that are written at a time: so many steps would cost more one by one than what is in them. */
const PIECE = 2 ** 16;

async function* pieces(
  { schema, steps, touched }: Body,
  breath: Breath,
  tell: (piece: string) => void,
): AsyncGenerator<string> {
  let held = `${JSON.stringify({ format: FORMAT, schema, touched })}\n`;
  for (const step of steps) {
    held += `${JSON.stringify(step)}\n`;
    if (breath.isDue()) await breath.take();
    if (held.length < PIECE) continue;
    tell(held);
    yield held;
    held = "";
  }
  tell(held);
  yield held;
}

export const removeBody = (parts: Place, id: string): Promise<void> => parts.files.remove(fileOf(parts, id));

/** undefined where it is gone, damaged, or of a format of before. */
export async function readBody(parts: Parts, id: string): Promise<KeptBody | undefined> {
  const breath = createBreath(parts.clock);
  const sum = summing(parts);
  let head: v.InferOutput<typeof headSchema> | undefined;
  const steps: Step[] = [];
  try {
    for await (const lines of parts.archives.lines(fileOf(parts, id))) {
      sum.add(lines.map((line) => `${line}\n`).join(""));
      for (const line of lines) {
        if (head === undefined) {
          head = parseStored(headSchema, line);
          if (head === undefined) return undefined;
          continue;
        }
        const step = parseStep(line);
        if (step === undefined) return undefined;
        steps.push(step);
        if (breath.isDue()) await breath.take();
      }
    }
  } catch {
    return undefined;
  }
  return head && { schema: head.schema, steps, touched: head.touched, digest: sum.hex() };
}

/** Ids of those that are there. */
export async function listBodies(parts: Place): Promise<ReadonlySet<string>> {
  const items = (await parts.files.list(folderOf(parts))) ?? [];
  return new Set(items.flatMap(({ name }) => (name.endsWith(SUFFIX) ? [name.slice(0, -SUFFIX.length)] : [])));
}

function summing({ digest }: Pick<Parts, "digest">): {
  readonly add: (text: string) => void;
  readonly hex: () => string;
} {
  const sum = digest("sha256");
  const encoder = new TextEncoder();
  return { add: (text) => sum.update(encoder.encode(text)), hex: () => MARK + sum.hex() };
}
