import { pathsInfo } from "@huggingface/hub";
import type { HubScan } from "../ports/hub-client.ts";
import { field, text } from "./huggingface-fields.ts";

/** What a scanner says of a file, the worst last; that it was not scanned yet, or could not be, says nothing. */
const VERDICTS = ["safe", "caution", "suspicious", "unsafe"] as const;
type Verdict = (typeof VERDICTS)[number];

/** Imports that are told by name, at most. */
const MOST_NAMED = 3;

/** What the hub's scanners say of these files; those it says nothing of are left out. */
export async function readScans(
  about: { readonly repository: string; readonly commit: string; readonly endpoint: string },
  paths: readonly string[],
  request: typeof fetch,
): Promise<readonly HubScan[]> {
  const { repository, commit, endpoint } = about;
  const found = await pathsInfo({
    repo: repository,
    revision: commit,
    paths: [...paths],
    expand: true,
    hubUrl: endpoint,
    fetch: request,
  });
  return found.flatMap((item: unknown) => {
    const path = text(item, "path");
    const status = field(item, "securityFileStatus");
    const virus = worst(["avScan", "protectAiScan", "jFrogScan"].map((name) => verdictOf(field(status, name))));
    const scan = field(status, "pickleImportScan");
    const pickle = verdictOf(scan);
    if (path === undefined || (virus ?? pickle) === undefined) return [];
    return [{ path, ...(virus && { virus }), ...(pickle && { pickle: [pickle, ...dangerous(scan)].join(" ") }) }];
  });
}

const verdictOf = (scan: unknown): Verdict | undefined => VERDICTS.find((one) => one === text(scan, "status"));

const worst = (verdicts: readonly (Verdict | undefined)[]): Verdict | undefined =>
  VERDICTS.findLast((one) => verdicts.includes(one));

/** As `(builtins.exec)`; empty where none is. */
function dangerous(scan: unknown): readonly string[] {
  const imports: unknown = field(scan, "pickleImports");
  if (!Array.isArray(imports)) return [];
  const names = imports
    .filter((one: unknown) => text(one, "safety") === "dangerous")
    .slice(0, MOST_NAMED)
    .map((one: unknown) => `${text(one, "module") ?? ""}.${text(one, "name") ?? ""}`);
  return names.length === 0 ? [] : [`(${names.join(", ")})`];
}
