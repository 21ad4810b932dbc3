import { draftOf, draftProblems, carriedOver, patchOf, withCurated } from "../../core/present/entry-draft.ts";
import { entryForm, type FormState } from "../../core/present/entry-form.ts";
import { faultWords } from "../../core/present/fault-words.ts";
import type { EntryDeed, EntryDraft, EntryForm } from "../../core/protocol/library-page.ts";
import type { EntryDetails } from "../../core/protocol/models.ts";
import { isFault } from "../../core/util/faults.ts";
import type { Ask } from "../ask.ts";

/** Words of the moment; the page has the others. */
export interface SessionWords {
  readonly saved: string;
  readonly nothingToSave: string;
  /** It was changed elsewhere. */
  readonly stale: string;
  /** Its fields have problems. */
  readonly unfit: string;
}

/** One entry being edited: what is saved, what is typed, and what became of it. */
export interface EntrySession {
  readonly form: EntryForm;
  readonly changed: boolean;
  /** It is not in the registry at the moment, as after an undo: what is typed is kept. */
  readonly gone: boolean;
  keep(draft: EntryDraft): void;
  save(draft: EntryDraft): Promise<void>;
  /** @param deed as the protocol says */
  obey(deed: EntryDeed): Promise<void>;
  /**
   * The deck says that models changed: an untouched form follows, a touched one says so and keeps what was typed, also
   * while the entry is gone.
   */
  follow(): Promise<void>;
}

/** Rejects as `models.show` does where the entry is not there. @param onChange after each change of `form` */
export async function openSession(
  deps: {
    readonly ask: Ask;
    readonly roles: () => readonly string[];
    readonly words: SessionWords;
    readonly onChange: () => void;
    readonly signal: AbortSignal;
  },
  name: string,
): Promise<EntrySession> {
  const { ask, roles, words, onChange, signal } = deps;
  const read = (): Promise<EntryDetails> => ask("models.show", { name }, signal);
  let entry = await read();
  let state: FormState = { edition: 0, draft: draftOf(entry), saving: false, status: { kind: "none", text: "" } };
  const become = (part: Partial<FormState>): void => {
    state = { ...state, ...part };
    onChange();
  };
  /** The fields show another draft than the one that was typed. */
  const redraw = (draft: EntryDraft, status: EntryForm["status"]): void =>
    become({ draft, status, saving: false, edition: state.edition + 1 });
  let [gone, looks] = [false, 0];
  const quiet = { kind: "none", text: "" } as const;
  const form = (): EntryForm => entryForm(entry, roles(), state);

  const save = async (draft: EntryDraft): Promise<void> => {
    if (state.saving) return;
    state = { ...state, draft };
    if (draftProblems(draft).length > 0) return become({ status: { kind: "failed", text: words.unfit } });
    const patch = patchOf(draftOf(entry), draft);
    if (Object.keys(patch).length === 0) return redraw(draftOf(entry), { kind: "done", text: words.nothingToSave });
    become({ saving: true, status: quiet });
    try {
      const saved = await ask("models.edit", { name, basis: entry.basis, patch }, signal);
      // What was typed meanwhile stays.
      const typed = carriedOver(draft, state.draft, draftOf(saved));
      entry = saved;
      redraw(typed, { kind: "done", text: words.saved });
    } catch (error) {
      become({ saving: false });
      if (!isFault(error)) throw error;
      const { message, remedy } = faultWords(error.fault);
      const stale = isFault(error, "stale");
      const text = stale ? words.stale : [message, remedy].filter((part) => part !== undefined).join(" ");
      become({ status: { kind: stale ? "stale" : "failed", text } });
    }
  };
  const reload = async (): Promise<void> => {
    const before = draftOf(entry);
    const now = await read();
    const draft = carriedOver(before, state.draft, draftOf(now));
    entry = now;
    redraw(draft, quiet);
  };
  return {
    get form() {
      return form();
    },
    get changed() {
      return form().changed;
    },
    get gone() {
      return gone;
    },
    keep: (draft) => become({ draft, ...(state.status.kind === "stale" ? {} : { status: quiet }) }),
    save,
    obey: async (deed) => {
      if (deed === "reload") return reload();
      if (deed === "takeCurated") return redraw(withCurated(state.draft, entry), quiet);
      entry = await read();
      redraw(draftOf(entry), quiet);
    },
    follow: async () => {
      if (state.saving) return;
      const before = entry.basis;
      const asked = (looks += 1);
      const now = await unlessGone(read());
      if (asked !== looks) return;
      if (gone !== (now === undefined)) {
        gone = now === undefined;
        onChange();
      }
      if (now === undefined) return;
      if (now.basis === before || entry.basis !== before || state.saving) return;
      if (form().changed) return become({ status: { kind: "stale", text: words.stale } });
      entry = now;
      redraw(draftOf(now), quiet);
    },
  };
}

/** undefined where it is not there. @throws what else there is */
const unlessGone = (reading: Promise<EntryDetails>): Promise<EntryDetails | undefined> =>
  reading.catch((error: unknown) => {
    if (isFault(error, "notFound")) return undefined;
    throw error;
  });
