import { t } from "@vscode/l10n";
import type { Files } from "../ports/files.ts";
import { profilesOf } from "../present/match-profile.ts";
import type { LockedModel, LockfileOutcome } from "../protocol/metadata.ts";
import type { Profile } from "../protocol/profiles.ts";
import { text } from "../registry/columns.ts";
import { MERGED } from "../registry/entry-query.ts";
import type { Registry } from "../registry/registry.ts";
import type { ProfileBook } from "../serving/profile-book.ts";
import { bytes } from "../util/ids.ts";
import { pathInside, writeLockfile } from "./lockfile.ts";
import { filesOf } from "./sourced.ts";

export interface ExportParts {
  readonly registry: Pick<Registry, "query">;
  readonly files: Pick<Files, "readText" | "replace">;
  readonly profiles: Pick<ProfileBook, "list">;
}

const LARGEST_CONF = bytes(10 * 2 ** 20);

/** Everything that is installed and came from somewhere. */
export async function exportLockfile(parts: ExportParts, path: string, signal: AbortSignal): Promise<LockfileOutcome> {
  const { registry, files } = parts;
  const rows = await registry.query(`SELECT * FROM entries e WHERE ${MERGED} AND e.path IS NOT NULL ORDER BY e.name`);
  const { profiles } = await parts.profiles.list(signal);
  const sections = createSections(files);
  const models: LockedModel[] = [];
  const leftOut: { name: string; reason: string }[] = [];
  for (const row of rows) {
    signal.throwIfAborted();
    const name = String(row["name"]);
    const [provider, reference] = [text(row, "source_provider"), text(row, "source_reference")];
    if (provider === undefined || reference === undefined) {
      leftOut.push({ name, reason: t("It is not recorded where this model came from.") });
      continue;
    }
    const [profile] = profilesOf(profiles, { path: text(row, "path") ?? "" });
    const revision = text(row, "source_revision");
    const section = profile && (await sections(profile));
    models.push({
      name,
      provider,
      reference,
      ...(revision !== undefined && { revision }),
      files: onceEach(
        (await filesOf(registry, name)).map((file) => ({
          path: pathInside(file.path, reference),
          sizeBytes: file.sizeBytes,
          ...(file.sha256 !== undefined && { sha256: file.sha256 }),
        })),
      ),
      ...(profile && section !== undefined && { profile: { id: profile.id, text: section } }),
    });
  }
  await files.replace(path, writeLockfile(models));
  return { path, models: models.length, here: [], downloads: [], leftOut };
}

/** A model may lie in several places here; to have it is to have each of its files once. One with a digest tells more. */
function onceEach(files: LockedModel["files"]): LockedModel["files"] {
  const byPath = Map.groupBy(files, ({ path }) => path);
  return [...byPath.values()].flatMap((same) => same.find(({ sha256 }) => sha256 !== undefined) ?? same.slice(0, 1));
}

/** The text of a profile's section, as its file has it now; each file is read once. */
function createSections(files: ExportParts["files"]): (profile: Profile) => Promise<string | undefined> {
  const texts = new Map<string, Promise<string | undefined>>();
  return async ({ file, id, line }) => {
    const reading = texts.get(file) ?? files.readText(file, LARGEST_CONF).catch(() => undefined);
    texts.set(file, reading);
    return sectionText((await reading) ?? "", id, line);
  };
}

/** From its head to the line before the next section's; undefined where it is not there. @param line counts from 1 */
function sectionText(conf: string, id: string, line: number): string | undefined {
  const lines = conf.split(/\r?\n/);
  const isHead = (one: string | undefined): boolean => one?.trim().startsWith(`[${id}]`) === true;
  const start = isHead(lines[line - 1]) ? line - 1 : lines.findIndex(isHead);
  if (start === -1) return undefined;
  const end = lines.findIndex((one, index) => index > start && /^\s*\[/.test(one));
  return lines
    .slice(start, end === -1 ? undefined : end)
    .join("\n")
    .trimEnd();
}
