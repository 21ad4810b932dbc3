import { reuseWays } from "./downloads.ts";
import type { PageChoice } from "./library-page.ts";
import { areWords, isFlag, isList, isNumber, isOneOf, isShape, isText } from "./shape.ts";

/** The form of a download: what is to be had, where it goes, and what that would mean. */

export const reuseChoices = ["auto", ...reuseWays, "none"] as const;
export type ReuseChoice = (typeof reuseChoices)[number];

/** What a person chose, as it stands in the form. */
export interface FormDraft {
  /** The revision; another one is looked at before anything else. */
  readonly version: string;
  /** Keys of choices. */
  readonly picked: readonly string[];
  /** The one format that is shown; empty: all. */
  readonly format: string;
  readonly optional: boolean;
  readonly supportRepo: string;
  /** A location's name; empty: `folder` counts. */
  readonly location: string;
  readonly folder: string;
  readonly subfolder: string;
  readonly linkOut: readonly string[];
  readonly reuse: ReuseChoice;
  readonly sha256: string;
  readonly force: boolean;
}

/** Fields a problem can be told at. */
export const formFields = ["files", "supportRepo", "location", "subfolder", "linkOut", "reuse", "sha256"] as const;
export type FormField = (typeof formFields)[number];

export interface FormChoice {
  readonly key: string;
  readonly label: string;
  readonly format: string;
  /** Files, fit, whether it is here; may be empty. */
  readonly note: string;
  /** It cannot be loaded whole. */
  readonly warns: boolean;
}

/** Somewhere a download can go; `value` is a location's name, empty for a folder a person picks. */
export interface FormPlace extends PageChoice {
  /** Its folder, its layout and what is free. */
  readonly note: string;
  readonly takesSubfolder: boolean;
  /** Those it has, where only they will do. */
  readonly subfolders: readonly string[];
}

/** What the download would do. Texts may be empty. */
export interface FormPreview {
  /** `proving`: files that may hold the bytes are being hashed. */
  readonly kind: "none" | "asking" | "proving" | "shown";
  readonly lines: readonly string[];
  /** It does not fit on the disk. */
  readonly warning: string;
  readonly sets: readonly FormSet[];
  readonly command: string;
  /** Whether hashing files that may hold the bytes could tell more. */
  readonly canProve: boolean;
}

export interface FormSet {
  readonly title: string;
  readonly note: string;
  readonly files: readonly {
    readonly path: string;
    readonly size: string;
    readonly state: string;
    /** Where the bytes are, the way they get their name, and why others are not taken. */
    readonly from: readonly string[];
  }[];
}

export interface FormPage {
  /** Another one whenever the fields are to show the draft anew. */
  readonly edition: number;
  readonly title: string;
  /** Where it is from, its licence and its revision, in a line. */
  readonly facts: string;
  /** What to know before it is fetched. */
  readonly warnings: readonly string[];
  /** Where it can be read of, and its terms be accepted. */
  readonly page: { readonly label: string; readonly address: string };
  /** To choose from; fewer than two: nothing to choose. */
  readonly versions: readonly PageChoice[];
  readonly formats: readonly PageChoice[];
  readonly choices: readonly FormChoice[];
  readonly optionalFiles: readonly string[];
  readonly places: readonly FormPlace[];
  readonly reuse: readonly PageChoice[];
  /** Whether it is for a person to say. */
  readonly asks: { readonly place: boolean; readonly support: boolean; readonly sha256: boolean };
  readonly draft: FormDraft;
  readonly preview: FormPreview;
  readonly problems: readonly { readonly field: FormField; readonly problem: string }[];
  readonly adding: boolean;
  readonly status: { readonly kind: "none" | "done" | "failed"; readonly text: string };
}

export const formDeeds = ["pickFolder", "addLink", "prove", "stop", "download", "downloadPaused", "queue"] as const;
export type FormDeed = (typeof formDeeds)[number];

export type FormIntent =
  /** What was chosen, so that the host keeps it. */
  | { readonly kind: "formDraft"; readonly draft: FormDraft }
  | { readonly kind: "form"; readonly deed: FormDeed; readonly draft: FormDraft };

export const formWords = [
  "addLink",
  "asking",
  "command",
  "copied",
  "copy",
  "download",
  "downloadPaused",
  "file",
  "force",
  "format",
  "from",
  "links",
  "linksHint",
  "noLinks",
  "nothing",
  "optional",
  "options",
  "pickFolder",
  "place",
  "preview",
  "prove",
  "proving",
  "queue",
  "remove",
  "reuse",
  "selectAll",
  "selectNone",
  "sha256",
  "size",
  "state",
  "stop",
  "subfolder",
  "supportHint",
  "supportRepo",
  "variants",
  "version",
] as const;
export type FormWords = Readonly<Record<(typeof formWords)[number], string>>;
export const areFormWords = areWords(formWords);

const isFormDraft = isShape<FormDraft>({
  version: isText,
  picked: isList(isText),
  format: isText,
  optional: isFlag,
  supportRepo: isText,
  location: isText,
  folder: isText,
  subfolder: isText,
  linkOut: isList(isText),
  reuse: isOneOf(reuseChoices),
  sha256: isText,
  force: isFlag,
});
const isDeed = isOneOf(formDeeds);

/** The intent, or undefined where it is none of the form. */
export function parseFormIntent(message: object): FormIntent | undefined {
  const { kind, deed, draft }: Readonly<Record<string, unknown>> = { ...message };
  if (!isFormDraft(draft)) return undefined;
  if (kind === "formDraft") return { kind, draft };
  return kind === "form" && isDeed(deed) ? { kind, deed, draft } : undefined;
}

const isChoice = isShape<PageChoice>({ value: isText, label: isText });

export const isFormPage = isShape<FormPage>({
  edition: isNumber,
  title: isText,
  facts: isText,
  warnings: isList(isText),
  page: isShape<FormPage["page"]>({ label: isText, address: isText }),
  versions: isList(isChoice),
  formats: isList(isChoice),
  choices: isList(isShape<FormChoice>({ key: isText, label: isText, format: isText, note: isText, warns: isFlag })),
  optionalFiles: isList(isText),
  places: isList(
    isShape<FormPlace>({
      value: isText,
      label: isText,
      note: isText,
      takesSubfolder: isFlag,
      subfolders: isList(isText),
    }),
  ),
  reuse: isList(isChoice),
  asks: isShape<FormPage["asks"]>({ place: isFlag, support: isFlag, sha256: isFlag }),
  draft: isFormDraft,
  preview: isShape<FormPreview>({
    kind: isOneOf(["none", "asking", "proving", "shown"]),
    lines: isList(isText),
    warning: isText,
    sets: isList(
      isShape<FormSet>({
        title: isText,
        note: isText,
        files: isList(
          isShape<FormSet["files"][number]>({ path: isText, size: isText, state: isText, from: isList(isText) }),
        ),
      }),
    ),
    command: isText,
    canProve: isFlag,
  }),
  problems: isList(isShape<FormPage["problems"][number]>({ field: isOneOf(formFields), problem: isText })),
  adding: isFlag,
  status: isShape<FormPage["status"]>({ kind: isOneOf(["none", "done", "failed"]), text: isText }),
});
