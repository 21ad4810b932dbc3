import { t } from "@vscode/l10n";
import { comfyFolders } from "../downloads/layouts/comfyui-type.ts";
import type { DownloadRequest } from "../downloads/queue.ts";
import { type FormDraft, type FormPage, type FormPlace, reuseChoices } from "../protocol/form-page.ts";
import type { HubAnalysis, HubChoice, Provider } from "../protocol/hub.ts";
import type { Layout } from "../settings.ts";
import { fitBadge } from "./fit-words.ts";
import { layoutWords, reuseWords } from "./form-words.ts";
import { warningsOf } from "./hit-row.ts";
import { sizeWords } from "./units.ts";
import { versionLine } from "./version-words.ts";
import { type VariantMark, markWords } from "./variant-marks.ts";

/** A location, with what is free on its volume; 0 where that is not known. */
export interface PlaceFacts {
  readonly name: string;
  readonly path: string;
  readonly layout: Layout;
  readonly freeBytes: number;
}

/** What of the page is not told by model and places. */
export type FormState = Pick<FormPage, "edition" | "draft" | "preview" | "problems" | "adding" | "status"> & {
  /** By a choice's key. */
  readonly marks?: ReadonlyMap<string, VariantMark>;
};

/** @param picked files of choices that were chosen before; none: the one choice there is */
export function freshDraft(
  analysis: HubAnalysis,
  places: readonly PlaceFacts[],
  picked: readonly HubChoice[] = [],
): FormDraft {
  return {
    ...freshChoice(analysis, picked),
    optional: false,
    supportRepo: "",
    location: places[0]?.name ?? "",
    folder: "",
    subfolder: "",
    linkOut: [],
    reuse: "auto",
    sha256: "",
    force: false,
  };
}

/** What of a draft is another version's. */
export const freshChoice = (
  { choices, revision }: HubAnalysis,
  picked: readonly HubChoice[] = [],
): Pick<FormDraft, "version" | "picked" | "format"> => ({
  version: revision,
  picked: choices.flatMap((choice, at) => (picked.includes(choice) || choices.length === 1 ? [String(at)] : [])),
  format: "",
});

export function formPage(
  analysis: HubAnalysis,
  places: readonly PlaceFacts[],
  { marks, ...state }: FormState,
): FormPage {
  const { provider, repository, title, revision, licence, choices, files, page } = analysis;
  const formats = [...new Set(choices.map(({ format }) => format))];
  return {
    ...state,
    title: title ?? repository,
    facts: [
      sourceWords(provider),
      title === undefined ? "" : repository,
      revision,
      licence === undefined ? t("no licence told") : t("licence {0}", licence),
    ]
      .filter((part) => part !== "")
      .join(" · "),
    warnings: warnings(analysis, state.draft),
    page: { label: analysis.gated === false ? t("Open Its Page") : t("Read and Accept Its Terms…"), address: page },
    versions: (analysis.versions ?? []).map((version) => ({ value: version.revision, label: versionLine(version) })),
    formats: [{ value: "", label: t("All formats") }, ...formats.map((format) => ({ value: format, label: format }))],
    choices: choices.map((choice, at) => {
      const badge = fitBadge(choice.fit ?? []);
      return {
        key: String(at),
        label: choice.label,
        format: choice.format,
        note: [
          choice.format,
          choice.files.length > 1 ? t("{0} files", choice.files.length) : "",
          badge?.words ?? "",
          choice.alreadyHere === undefined ? markWords(marks?.get(String(at))) : t("already here"),
        ]
          .filter((part) => part !== "")
          .join(" · "),
        warns: badge?.warns === true,
      };
    }),
    optionalFiles: files
      .filter(({ optional }) => optional === true)
      .map(({ path, sizeBytes }) => `${path} · ${sizeWords(sizeBytes)}`),
    places: [
      ...places.map(placeOf),
      { value: "", label: t("Another folder"), note: state.draft.folder, takesSubfolder: true, subfolders: [] },
    ],
    reuse: reuseChoices.map((value) => ({ value, label: reuseWords(value) })),
    asks: {
      place: provider !== "ollama",
      support: provider === "huggingface" || provider === "civitai",
      sha256: provider === "url",
    },
  };
}

function placeOf({ name, path, layout, freeBytes }: PlaceFacts): FormPlace {
  const free = freeBytes > 0 ? [t("{0} free", sizeWords(freeBytes))] : [];
  return {
    value: name,
    label: name,
    note: [path, layoutWords(layout), ...free].join(" · "),
    takesSubfolder: layout === "owner-repo" || layout === "flat" || layout === "comfyui",
    subfolders: layout === "comfyui" ? comfyFolders.toSorted() : [],
  };
}

function warnings(analysis: HubAnalysis, draft: FormDraft): readonly string[] {
  const { gated, gatedBecause } = analysis;
  return [
    ...(gated === false ? [] : [gatedBecause ?? t("It is gated: its terms must be accepted first, on its page.")]),
    ...(analysis.choices.length === 0
      ? [t("{0} holds no model files that Model Deck knows.", analysis.repository)]
      : []),
    ...warningsOf(analysis, pickedFiles(analysis, draft)),
  ];
}

const pickedFiles = ({ choices }: HubAnalysis, { picked }: FormDraft): readonly string[] => [
  ...new Set(choices.flatMap(({ files }, at) => (picked.includes(String(at)) ? files : []))),
];

export function sourceWords(provider: Provider): string {
  const words: Readonly<Record<Provider, string>> = {
    huggingface: "Hugging Face",
    civitai: "Civitai",
    ollama: "Ollama",
    url: t("a direct address"),
  };
  return words[provider];
}

/** What `downloads.add` and `downloads.preview` are asked with; undefined while nothing is chosen. */
export function formArguments(analysis: HubAnalysis, draft: FormDraft): DownloadRequest | undefined {
  const files = pickedFiles(analysis, draft);
  if (files.length === 0) return undefined;
  const { provider, repository, revision } = analysis;
  const isPulled = provider === "ollama";
  const [support, subfolder, sha256] = [draft.supportRepo.trim(), draft.subfolder.trim(), draft.sha256.trim()];
  return {
    model: repository,
    revision,
    // Where all is wanted, no names are needed, and the command stays short; a version of Civitai may have more than the one
    // file that was asked for.
    ...(!isPulled && (analysis.choices.length > 1 || provider === "civitai") && { files }),
    ...(draft.optional && { includeOptional: true }),
    ...(support !== "" && { supportRepo: support }),
    ...(!isPulled && (draft.location === "" ? { folder: draft.folder } : { location: draft.location })),
    ...(!isPulled && subfolder !== "" && { subfolder }),
    ...(draft.linkOut.length > 0 && { linkOut: draft.linkOut }),
    ...(draft.reuse !== "auto" && { reuse: draft.reuse }),
    ...(sha256 !== "" && { sha256 }),
    ...(draft.force && { force: true }),
  };
}
