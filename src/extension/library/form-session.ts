import { t } from "@vscode/l10n";
import { type FormState, type PlaceFacts, formArguments, formPage } from "../../core/present/download-form.ts";
import { faultWords } from "../../core/present/fault-words.ts";
import { formPreview, noPreview } from "../../core/present/form-preview.ts";
import { asSentence } from "../../core/present/sentences.ts";
import { type FormDraft, type FormField, type FormPage, formFields } from "../../core/protocol/form-page.ts";
import type { VariantMark } from "../../core/present/variant-marks.ts";
import type { HubAnalysis } from "../../core/protocol/hub.ts";
import { isFault } from "../../core/util/faults.ts";
import type { Ask } from "../ask.ts";

/** One download that is being put together: what was chosen, what it would do, and what became of it. */
export interface FormSession {
  readonly page: FormPage;
  /** What was chosen on the page; what it would do is asked for soon. */
  keep(draft: FormDraft): void;
  /** Chosen elsewhere, so that the page shows it. */
  become(part: Partial<FormDraft>): void;
  /** Hashes files that may hold the bytes, until it is done or stopped. */
  prove(): void;
  stop(): void;
  /** Ids of what was queued; empty where something did not fit, which the page says then. */
  add(paused: boolean): Promise<readonly string[]>;
  dispose(): void;
}

export interface FormSessionParts {
  readonly ask: Ask;
  readonly analysis: HubAnalysis;
  readonly places: readonly PlaceFacts[];
  /** Resolves when a person pauses between two changes; rejects with the signal's reason. */
  readonly pause: (signal: AbortSignal) => Promise<void>;
  readonly onChange: () => void;
  /** Rejections that are no faults. */
  readonly onError: (error: unknown) => void;
  /** Which choices' bytes are here; asked once. */
  readonly marks?: (draft: FormDraft, signal: AbortSignal) => Promise<ReadonlyMap<string, VariantMark>>;
  readonly signal: AbortSignal;
}

export function createFormSession(deps: FormSessionParts, first: FormDraft): FormSession {
  const { ask, analysis, places, onChange, signal } = deps;
  const quiet = { kind: "none", text: "" } as const;
  let state: FormState = { edition: 0, draft: first, preview: noPreview, problems: [], adding: false, status: quiet };
  let looking = new AbortController();
  const become = (part: Partial<FormState>): void => {
    state = { ...state, ...part };
    onChange();
  };
  /** @param pressed a button: whoever pressed it looks there, as the field may be out of sight */
  const tell = (error: unknown, pressed = false): void => {
    if (!isFault(error)) {
      deps.onError(error);
      return become({ preview: noPreview });
    }
    const { field, problem } = problemOf(error.fault, state.draft);
    const problems = field === undefined ? [] : [{ field, problem }];
    become({ problems, status: field === undefined || pressed ? failed(problem) : doneOrQuiet() });
  };
  /** What was queued stays said until something else is chosen: a look follows right after it. */
  const doneOrQuiet = (): FormState["status"] => (state.status.kind === "failed" ? quiet : state.status);

  const look = async (prove: boolean, asking: AbortSignal): Promise<void> => {
    const args = formArguments(analysis, state.draft);
    const missing = missingOf(args);
    // What a person was told is missing stays until it is there.
    if (!args || missing)
      return become({ preview: noPreview, problems: state.problems.filter(({ field }) => field === missing?.field) });
    become({ preview: { ...state.preview, kind: prove ? "proving" : "asking" } });
    try {
      const both = AbortSignal.any([asking, signal]);
      const preview = await ask("downloads.preview", { ...args, ...(prove && { prove }) }, both);
      if (asking.aborted) return;
      become({ preview: formPreview(preview, analysis.provider === "ollama"), problems: [], status: doneOrQuiet() });
    } catch (error) {
      if (asking.aborted || signal.aborted) return;
      become({ preview: noPreview });
      tell(error);
    }
  };
  const ended = new AbortController();
  const start = (work: (asking: AbortSignal) => Promise<void>): void => {
    looking.abort();
    if (ended.signal.aborted) return;
    looking = new AbortController();
    const { signal: asking } = looking;
    void work(asking).catch((error: unknown) => void (asking.aborted || deps.onError(error)));
  };
  const lookSoon = (): void =>
    start(async (asking) => {
      await deps.pause(asking);
      if (!asking.aborted) await look(false, asking);
    });
  lookSoon();
  // They are a help, and no more: what went wrong the preview says.
  deps.marks?.(first, AbortSignal.any([ended.signal, signal])).then(
    (marks) => ended.signal.aborted || become({ marks }),
    () => undefined,
  );

  return {
    get page() {
      return formPage(analysis, places, state);
    },
    keep: (draft) => {
      const same = JSON.stringify(draft) === JSON.stringify(state.draft);
      become({ draft, ...(!same && { status: quiet }) });
      if (!same) lookSoon();
    },
    become: (part) => {
      become({ draft: { ...state.draft, ...part }, edition: state.edition + 1 });
      lookSoon();
    },
    prove: () => start((asking) => look(true, asking)),
    stop: () => start((asking) => look(false, asking)),
    add: async (paused) => {
      if (state.adding) return [];
      const args = formArguments(analysis, state.draft);
      const missing = missingOf(args);
      if (!args || missing) {
        if (missing) become({ problems: [missing], status: failed(missing.problem) });
        return [];
      }
      become({ adding: true, problems: [], status: quiet });
      try {
        const { ids } = await ask("downloads.add", { ...args, ...(paused && { paused }) }, signal);
        become({ adding: false, status: { kind: "done", text: queuedWords(ids.length) } });
        lookSoon();
        return ids;
      } catch (error) {
        become({ adding: false });
        // Of a form that was closed meanwhile nobody reads what stands beside its buttons.
        if (ended.signal.aborted) deps.onError(error);
        else if (!signal.aborted) tell(error, true);
        return [];
      }
    },
    dispose: () => {
      looking.abort();
      ended.abort();
    },
  };
}

const failed = (text: string): FormState["status"] => ({ kind: "failed", text });

const queuedWords = (count: number): string =>
  count === 1 ? t("1 download is in the queue.") : t("{0} downloads are in the queue.", count);

/** What a person must say before anything can be asked. */
function missingOf(args: ReturnType<typeof formArguments>): FormPage["problems"][number] | undefined {
  if (!args) return { field: "files", problem: t("Choose what to download.") };
  return args.folder === "" ? { field: "location", problem: t("Choose a folder.") } : undefined;
}

type Fault = Parameters<typeof faultWords>[0];

/** At its field where it has one. */
function problemOf(fault: Fault, draft: FormDraft): { readonly field?: FormField; readonly problem: string } {
  if (fault.code === "badArguments") {
    const head = fault.path.split(".")[0] ?? "";
    const field = formFields.find((name) => name === (head === "folder" ? "location" : head));
    if (field !== undefined) return { field, problem: asSentence(fault.problem) };
  }
  const { message, remedy } = faultWords(fault);
  const problem = [message, remedy].filter((part) => part !== undefined).join(" ");
  const support = draft.supportRepo.trim();
  if (fault.code === "notFound" && fault.what === "location") return { field: "location", problem };
  if (fault.code === "notFound" && support !== "" && fault.name === support) return { field: "supportRepo", problem };
  return { problem };
}
