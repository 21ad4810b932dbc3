import type { ScanAsk } from "../../ports/scanner.ts";
import type { Finding } from "../../protocol/maintenance.ts";
import type { StoreReport } from "../../stores/found.ts";
import { withNamedInvoke } from "../../stores/invokeai-named.ts";
import { isFault } from "../../util/faults.ts";
import type { MaintenanceParts } from "../parts.ts";
import type { Survey, SurveyWants } from "../plan.ts";
import { createBreath } from "../breath.ts";
import type { TellProgress } from "../scan-tasks.ts";
import { checksumsOf } from "./checksums.ts";
import { digestsOf } from "./digests.ts";
import { reasonIn } from "./disk-facts.ts";
import { linkableIn, lookFurther } from "./look-further.ts";

type Parts = Pick<
  MaintenanceParts,
  | "registry"
  | "files"
  | "look"
  | "links"
  | "settings"
  | "digest"
  | "hasher"
  | "scanner"
  | "thumbprint"
  | "clock"
  | "log"
>;

/** Whether it takes so long that it shows as a task. */
export const readsMuch = ({ stores, heads, sameSize, digests, checksums, litter }: SurveyWants): boolean =>
  [stores, heads, sameSize, digests, checksums, litter].some((want) => want !== undefined);

/** What stores, headers and bytes tell beside; each want is asked with all that is known by then. */
export async function readStores(
  parts: Parts,
  wants: SurveyWants,
  survey: Survey,
  tell: TellProgress,
  signal: AbortSignal,
): Promise<Survey> {
  const { scanner, settings } = parts;
  const stores = typeof wants.stores === "function" ? wants.stores(survey) : wants.stores;
  const breath = createBreath(parts.clock);
  const heads = wants.heads?.(survey);
  await breath.take();
  const sameSize = wants.sameSize?.(survey);
  await breath.take();
  const known = await lookFurther(
    parts,
    wants,
    {
      ...survey,
      ...(stores && {
        found: await scanAll(scanner, asksOf(stores, settings), tell, signal),
      }),
      ...(heads && { heads: heads.length === 0 ? new Map() : await scanner.heads([...new Set(heads)], signal) }),
      ...(sameSize && { sameSize: await scanner.ofSizes(sameSize.roots, sameSize.sizes, signal) }),
    },
    signal,
  );
  const printed: Survey = wants.checksums
    ? { ...known, checksums: await checksumsOf(parts, wants.checksums(known), signal) }
    : known;
  const hashed: Survey = wants.digests
    ? { ...printed, digests: await digestsOf(parts, wants.digests(printed), tell, signal) }
    : printed;
  return wants.linkable ? { ...hashed, linkable: await linkableIn(parts, wants.linkable(hashed), signal) } : hashed;
}

const asksOf = (asks: readonly ScanAsk[], { comfyui, invokeai }: Parts["settings"]): readonly ScanAsk[] =>
  withNamedInvoke(withExtraPaths(asks, comfyui.extraModelPaths), invokeai);

/** What the settings name belongs to no ComfyUI alone: the first that is read reads it. */
function withExtraPaths(asks: readonly ScanAsk[], extraPaths: readonly string[]): readonly ScanAsk[] {
  const first = extraPaths.length === 0 ? undefined : asks.find(({ store }) => store === "comfyui");
  return asks.map((ask) => (ask === first ? { ...ask, extraPaths } : ask));
}

/** One after the other: they may lie on the same disk. A root that is not there is a problem, and the others are read. */
async function scanAll(
  scanner: Parts["scanner"],
  asks: readonly ScanAsk[],
  tell: TellProgress,
  signal: AbortSignal,
): Promise<readonly StoreReport[]> {
  const reports: StoreReport[] = [];
  let before = 0;
  for (const ask of asks) {
    signal.throwIfAborted();
    const seen = before;
    const report = await scanner
      .scan(ask, ({ files }) => tell({ done: seen + files, total: null, unit: "files" }), signal)
      .catch((error: unknown) => unread(ask, error));
    before += report.files;
    reports.push(report);
  }
  return reports;
}

function unread({ store, root }: ScanAsk, error: unknown): StoreReport {
  if (!isFault(error, "notFound") && !isFault(error, "fileUnreadable")) throw error;
  const problem = isFault(error, "notFound") ? "nothing is there" : reasonIn(error);
  return { store, root, models: [], problems: [{ path: root, problem }], folders: 0, unchanged: 0, files: 0 };
}

/** What could not be read or understood on the way. */
export const unreadableIn = ({ found = [] }: Pick<Survey, "found">): readonly Finding[] =>
  found.flatMap(({ problems }) =>
    problems.map(({ path, problem }) => ({
      kind: "unreadable" as const,
      what: path,
      detail: problem,
      mended: false,
    })),
  );
