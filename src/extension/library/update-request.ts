import type { HubAnalysis } from "../../core/protocol/hub.ts";
import type { UpdateReport } from "../../core/protocol/metadata.ts";
import type { EntryDetails } from "../../core/protocol/models.ts";

/**
 * The download that brings an entry up to date. Where its weights changed, all it has comes again, so that it stays whole;
 * else only what changed. undefined where there is nothing to fetch.
 * @param there its repository as it is now
 */
export function updateRequest(
  report: UpdateReport,
  entry: Pick<EntryDetails, "files" | "location">,
  there: Pick<HubAnalysis, "files">,
): Readonly<Record<string, unknown>> | undefined {
  const fresh = new Set(report.files.flatMap(({ path, change }) => (change === "removed" ? [] : [path])));
  const whole = report.touches.includes("weights");
  const here = entry.files.map(({ path }) => path.replaceAll("\\", "/"));
  const files = there.files
    .map(({ path }) => path)
    .filter((path) => fresh.has(path) || (whole && here.some((one) => one.endsWith(`/${path}`))));
  if (files.length === 0) return undefined;
  return {
    model: report.repository,
    // By its branch, as it came: a commit has a folder and an entry of its own.
    ...(report.branch !== undefined && { revision: report.branch }),
    files,
    ...(entry.location !== undefined && { location: entry.location }),
    force: true,
  };
}
