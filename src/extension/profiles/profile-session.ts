import { faultWords } from "../../core/present/fault-words.ts";
import {
  deedsOf,
  profileFields,
  profilePatch,
  profileProblems,
  refusedWords,
} from "../../core/present/profile-form.ts";
import type { ProfileDraft, ProfileForm } from "../../core/protocol/profile-page.ts";
import type { Profile } from "../../core/protocol/profiles.ts";
import type { ServingStatus } from "../../core/protocol/serving.ts";
import { isFault } from "../../core/util/faults.ts";
import type { Ask } from "../ask.ts";

/** Words of the moment. */
export interface ProfileSessionWords {
  readonly saved: string;
  readonly nothingToSave: string;
  readonly place: (file: string, line: number) => string;
}

/** One profile being edited: what is saved, what is typed, and the command it comes to. */
export interface ProfileSession {
  readonly form: ProfileForm;
  readonly profile: Profile;
  /** It is in no file at the moment: as while one is being written, or another branch is checked out. */
  readonly gone: boolean;
  keep(draft: ProfileDraft): Promise<void>;
  save(draft: ProfileDraft): Promise<void>;
  reset(): Promise<void>;
  /** Its file may have changed: what is typed stays, also while the profile is gone. */
  follow(): Promise<void>;
}

/** Rejects as `profiles.show` does. @param onChange after each change of `form` */
export async function openProfileSession(
  deps: {
    readonly ask: Ask;
    readonly words: ProfileSessionWords;
    /** As it is at the moment of the call. */
    readonly serving: () => ServingStatus;
    readonly onChange: () => void;
    readonly signal: AbortSignal;
  },
  id: string,
): Promise<ProfileSession> {
  const { ask, words, serving, onChange, signal } = deps;
  let details = await ask("profiles.show", { profile: id }, signal);
  let draft: ProfileDraft = [];
  let edition = 0;
  let saving = false;
  let status: ProfileForm["status"] = { kind: "none", text: "" };
  let preview = { command: details.command?.text ?? "", commandProblem: "" };
  let looks = 0;
  let gone = false;

  /** The last one that was asked for is the one that is shown. */
  const look = async (): Promise<void> => {
    const asked = (looks += 1);
    const wrong = refusedWords(details, draft);
    if (wrong !== "") {
      preview = { command: "", commandProblem: wrong };
      return onChange();
    }
    const next = await previewOf(ask, id, profilePatch(details, draft), signal);
    if (asked !== looks) return;
    preview = next;
    onChange();
  };
  const reread = async (): Promise<void> => {
    details = await ask("profiles.show", { profile: id }, signal);
    await look();
  };
  const keep = async (typed: ProfileDraft): Promise<void> => {
    draft = typed;
    status = { kind: "none", text: "" };
    onChange();
    await look();
  };
  return {
    get profile() {
      return details.profile;
    },
    get gone() {
      return gone;
    },
    get form() {
      const changed = Object.keys(profilePatch(details, draft)).length > 0;
      const { profile } = details;
      const fields = profileFields(details, draft);
      const facts = words.place(profile.file, profile.line);
      const known = { problems: profileProblems(details), deeds: deedsOf(details, serving()) };
      return { edition, title: profile.name, facts, fields, ...known, ...preview, changed, saving, status };
    },
    keep,
    save: async (typed) => {
      if (saving) return keep(typed);
      draft = typed;
      const patch = profilePatch(details, draft);
      if (Object.keys(patch).length === 0) {
        status = { kind: "done", text: words.nothingToSave };
        return onChange();
      }
      const wrong = refusedWords(details, draft);
      if (wrong !== "") {
        status = { kind: "failed", text: wrong };
        return onChange();
      }
      saving = true;
      onChange();
      try {
        // Its answer tells what is wrong with it, too.
        details = await ask("profiles.save", { profile: id, patch }, signal);
        // What was typed meanwhile stays.
        draft = draft.filter(({ key, value }) => typed.find((one) => one.key === key)?.value !== value);
        if (draft.length === 0) status = { kind: "done", text: words.saved };
        edition += 1;
      } catch (error) {
        status = { kind: "failed", text: failed(error) };
      } finally {
        saving = false;
        onChange();
      }
      await look();
    },
    reset: async () => {
      [draft, status] = [[], { kind: "none", text: "" }];
      edition += 1;
      await reread();
    },
    follow: async () => {
      const before = JSON.stringify(details.values);
      gone = await isGone(reread());
      if (!gone && draft.length === 0 && JSON.stringify(details.values) !== before) edition += 1;
      onChange();
    },
  };
}

/** The command with what is typed, or why there is none. */
async function previewOf(ask: Ask, profile: string, patch: Readonly<Record<string, unknown>>, signal: AbortSignal) {
  try {
    const { text } = await ask("profiles.command", { profile, patch }, signal);
    return { command: text, commandProblem: "" };
  } catch (error) {
    signal.throwIfAborted();
    return { command: "", commandProblem: failed(error) };
  }
}

/** @throws what else there is */
const isGone = (reading: Promise<void>): Promise<boolean> =>
  reading.then(
    () => false,
    (error: unknown) => {
      if (isFault(error, "notFound")) return true;
      throw error;
    },
  );

/** @throws what is no fault */
function failed(error: unknown): string {
  if (!isFault(error)) throw error;
  const { message, remedy } = faultWords(error.fault);
  return [message, remedy].filter((part) => part !== undefined).join(" ");
}
