import { type Guard, areWords, isFlag, isList, isNumber, isOneOf, isShape, isText } from "./shape.ts";

/** The form of a profile. The host hands out finished words. */
export interface ProfileForm {
  /** Another one whenever the fields are to show what is saved; else what is typed stays. */
  readonly edition: number;
  readonly title: string;
  /** Where it stands. */
  readonly facts: string;
  readonly fields: readonly ProfileField[];
  /** What is wrong with it as it is saved. */
  readonly problems: readonly string[];
  /** As it would be started with what is typed; empty where it could not, and `commandProblem` says why. */
  readonly command: string;
  readonly commandProblem: string;
  /** Beside Save and Reset. */
  readonly deeds: readonly ProfileDeed[];
  readonly changed: boolean;
  readonly saving: boolean;
  readonly status: { readonly kind: "none" | "done" | "failed"; readonly text: string };
}

export interface ProfileField {
  readonly key: string;
  readonly label: string;
  readonly hint: string;
  /** More than one: a text of several lines, one value each. */
  readonly lines: number;
  /** Where only these will do, the empty one among them; else empty. */
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  /** As it is typed. */
  readonly value: string;
  /** Where the value comes from; where its own is empty, what is inherited. */
  readonly origin: string;
  /** Why what is typed will not do; empty: it will. */
  readonly problem: string;
}

export const profileDeeds = ["serve", "restart", "openFile", "clone"] as const;
export type ProfileDeed = (typeof profileDeeds)[number];

export type ProfileDraft = readonly { readonly key: string; readonly value: string }[];

export const profileWords = ["save", "reset", "copy", "command", "unsaved", ...profileDeeds] as const;
export type ProfileWords = Readonly<Record<(typeof profileWords)[number], string>>;

export type ProfileIntent =
  | { readonly kind: "profileDraft" | "profileSave"; readonly values: ProfileDraft }
  | { readonly kind: "profileReset" | "profileCopy" }
  | { readonly kind: "profileDeed"; readonly deed: ProfileDeed };

export const areProfileWords = areWords(profileWords);

export const isProfileForm: Guard<ProfileForm> = isShape<ProfileForm>({
  edition: isNumber,
  title: isText,
  facts: isText,
  fields: isList(
    isShape<ProfileField>({
      key: isText,
      label: isText,
      hint: isText,
      lines: isNumber,
      choices: isList(isShape<ProfileField["choices"][number]>({ value: isText, label: isText })),
      value: isText,
      origin: isText,
      problem: isText,
    }),
  ),
  problems: isList(isText),
  command: isText,
  commandProblem: isText,
  deeds: isList(isOneOf(profileDeeds)),
  changed: isFlag,
  saving: isFlag,
  status: isShape<ProfileForm["status"]>({ kind: isOneOf(["none", "done", "failed"]), text: isText }),
});

const isDeed = isOneOf(profileDeeds);
const isDraft = isList(isShape<ProfileDraft[number]>({ key: isText, value: isText }));

/** The intent, or undefined where it is none. */
export function parseProfileIntent(message: object): ProfileIntent | undefined {
  if (!("kind" in message)) return undefined;
  const { kind } = message;
  if (kind === "profileReset" || kind === "profileCopy") return { kind };
  if (kind === "profileDeed")
    return "deed" in message && isDeed(message.deed) ? { kind, deed: message.deed } : undefined;
  if (kind !== "profileDraft" && kind !== "profileSave") return undefined;
  return "values" in message && isDraft(message.values) ? { kind, values: message.values } : undefined;
}
