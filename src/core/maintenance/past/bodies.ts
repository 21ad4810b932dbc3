import * as v from "valibot";
import type { MaintenanceParts } from "../parts.ts";
import { createBreath } from "../breath.ts";
import type { Step } from "../plan.ts";
import { parseStored, stepSchema } from "../stored.ts";
import type { Touched } from "../apply/touched.ts";

/** What a piece of history did: kept beside the registry, as it is long and seldom asked for. */
export interface Body {
  readonly schema: number;
  readonly steps: readonly Step[];
  readonly touched: Touched;
}

type Parts = Pick<MaintenanceParts, "archives" | "files" | "storage">;

const SUFFIX = ".json.gz";
const bodySchema = v.strictObject({
  schema: v.number(),
  steps: v.array(stepSchema),
  touched: v.record(v.string(), v.string()),
});

const folderOf = ({ storage }: Pick<Parts, "storage">): string => `${storage}/history`;
const fileOf = (parts: Pick<Parts, "storage">, id: string): string => `${folderOf(parts)}/${id}${SUFFIX}`;

export async function writeBody(
  parts: Parts & Pick<MaintenanceParts, "clock">,
  id: string,
  { schema, steps, touched }: Body,
): Promise<void> {
  const breath = createBreath(parts.clock);
  const written: string[] = [];
  for (const step of steps) {
    written.push(JSON.stringify(step));
    if (breath.isDue()) await breath.take();
  }
  await breath.take();
  const rest = JSON.stringify(touched);
  await breath.take();
  await parts.archives.write(
    fileOf(parts, id),
    `{"schema":${schema},"steps":[${written.join(",")}],"touched":${rest}}`,
  );
}

export const removeBody = (parts: Parts, id: string): Promise<void> => parts.files.remove(fileOf(parts, id));

/** undefined where it is gone or damaged. */
export async function readBody(parts: Parts, id: string): Promise<Body | undefined> {
  const content = await parts.archives.read(fileOf(parts, id)).catch(() => undefined);
  return content === undefined ? undefined : parseStored(bodySchema, content);
}

/** Ids of those that are there. */
export async function listBodies(parts: Parts): Promise<ReadonlySet<string>> {
  const items = (await parts.files.list(folderOf(parts))) ?? [];
  return new Set(items.flatMap(({ name }) => (name.endsWith(SUFFIX) ? [name.slice(0, -SUFFIX.length)] : [])));
}
