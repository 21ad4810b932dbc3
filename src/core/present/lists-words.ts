import { t } from "@vscode/l10n";
import type { LibraryFetched, LibraryLists, WantedEntry, WantedFile, WantedState } from "../protocol/lists.ts";
import { code, paragraphs, plain, table } from "./markdown.ts";
import { filesWords } from "./queue-row.ts";
import { sizeWords } from "./units.ts";

/** As `2 missing · 1 on this machine · 3 there · 14 GB to fetch`. */
export function wantedWords(files: readonly WantedFile[]): string {
  const count = (...states: readonly WantedState[]): number =>
    files.filter(({ state }) => states.includes(state)).length;
  const [missing, elsewhere, there] = [count("missing"), count("linkable", "likely"), count("present")];
  return [
    missing > 0 ? t("{0} missing", missing) : "",
    elsewhere > 0 ? t("{0} elsewhere on this machine", elsewhere) : "",
    there > 0 ? t("{0} there", there) : "",
    missing + elsewhere > 0 ? toFetch(files) : "",
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

/** As `2 files · 14 GB`; of a size that is not known nothing is said. */
export function amountWords(files: readonly WantedFile[]): string {
  const bytes = bytesOf(files);
  return [filesWords(files.length), bytes > 0 ? sizeWords(bytes) : ""].filter(Boolean).join(" · ");
}

/** As `2 files · 14 GB to fetch`. */
export const absentWords = (files: readonly WantedFile[]): string =>
  [filesWords(files.length), toFetch(files)].filter(Boolean).join(" · ");

/** What of it has to come over the network; "": that much is not known. */
function toFetch(files: readonly WantedFile[]): string {
  const missing = files.filter(({ state }) => state === "missing");
  const bytes = bytesOf(missing);
  if (bytes > 0) return t("{0} to fetch", sizeWords(bytes));
  return missing.length === 0 ? t("nothing to fetch") : "";
}

const bytesOf = (files: readonly WantedFile[]): number => files.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0);

/** What tells a file from its neighbours: part, variant, size. */
export const wantedHint = (file: WantedFile): string =>
  [
    purposeWords(file),
    file.variant ?? "",
    file.sizeBytes === undefined ? "" : sizeWords(file.sizeBytes),
    stateWords(file),
  ]
    .filter((part) => part !== "")
    .join(" · ");

function purposeWords({ purpose, part }: WantedFile): string {
  if (part === "high") return t("high noise");
  if (part === "low") return t("low noise");
  const words: Readonly<Record<WantedFile["purpose"], string>> = {
    weights: "",
    module: t("module"),
    textEncoder: t("text encoder"),
    vae: "VAE",
    preload: t("always loaded"),
    lora: "LoRA",
    other: "",
  };
  return words[purpose];
}

function stateWords({ state, url }: WantedFile): string {
  if (state === "missing" && url === undefined) return t("missing, and no address is named");
  const words: Readonly<Record<WantedState, string>> = {
    present: t("there"),
    linkable: t("on this machine"),
    likely: t("probably on this machine"),
    missing: t("missing"),
  };
  return words[state];
}

/** Markdown: a section an entry, then what could not be read. */
export const listsDocument = (lists: LibraryLists): string =>
  paragraphs(
    `# ${t("What Wan2GP wants")}`,
    t("Models go to {0}.", code(lists.folder)),
    wantedWords(eachOnce(lists.entries)),
    ...lists.entries.map(entrySection),
    lists.problems.length > 0 ? `## ${t("What could not be read")}` : "",
    ...lists.problems.map(
      ({ path, key, problem }) => `- ${code(path)}${key ? ` ${code(key)}` : ""}: ${plain(problem)}`,
    ),
  );

const entrySection = ({ title, id, files }: WantedEntry): string =>
  paragraphs(
    `## ${plain(title)}`,
    `${code(id)} ${wantedWords(files)}`,
    table(
      [t("File"), t("Of"), t("Variant"), t("Size"), t("State"), t("Where")],
      files.map((file) => [
        code(file.name),
        purposeWords(file),
        plain(file.variant ?? ""),
        file.sizeBytes === undefined ? "–" : sizeWords(file.sizeBytes),
        stateWords(file),
        code(file.from ?? file.target),
      ]),
    ),
  );

/** Entries share files. */
export const eachOnce = (entries: readonly WantedEntry[]): readonly WantedFile[] => [
  ...new Map(entries.flatMap(({ files }) => files).map((file) => [file.id, file])).values(),
];

export const queuedWords = ({ ids, files, leftOut }: LibraryFetched): string =>
  [
    ids.length === 0 ? t("Nothing was queued.") : t("Queued {0} files in {1} downloads.", files, ids.length),
    leftOut.length > 0 ? t("{0} were left out.", leftOut.length) : "",
  ]
    .filter((part) => part !== "")
    .join(" ");

export const leftOutOfLists = ({ leftOut }: LibraryFetched): string =>
  paragraphs(
    `# ${t("What was left out")}`,
    table(
      [t("File"), t("Why")],
      leftOut.map(({ name, reason }) => [code(name), plain(reason)]),
    ),
  );
