import { t } from "@vscode/l10n";
import { formArguments, formPage } from "../../core/present/download-form.ts";
import { formPreview, noPreview } from "../../core/present/form-preview.ts";
import type { FormDraft, FormPage } from "../../core/protocol/form-page.ts";
import type { HubAnalysis } from "../../core/protocol/hub.ts";
import { type FormBook, type FormSessionParts, createFormBook, failed, quiet } from "./form-book.ts";

/** One download that is being put together: what was chosen, what it would do, and what became of it. */
export interface FormSession {
  readonly page: FormPage;
  /** The version that is shown. */
  readonly shown: HubAnalysis;
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

export function createFormSession(deps: FormSessionParts, first: FormDraft): FormSession {
  const { ask, places, signal } = deps;
  const book = createFormBook(deps, first);
  const { become, tell } = book;
  let looking = new AbortController();
  const isTurning = (): boolean => book.state.draft.version !== book.analysis.revision;
  const look = async (prove: boolean, asking: AbortSignal): Promise<void> => {
    if (isTurning() && !(await turnTo(deps, book, asking))) return;
    const args = formArguments(book.analysis, book.state.draft);
    const missing = missingOf(args);
    // What a person was told is missing stays until it is there.
    if (!args || missing)
      return become({
        preview: noPreview,
        problems: book.state.problems.filter(({ field }) => field === missing?.field),
      });
    become({ preview: { ...book.state.preview, kind: prove ? "proving" : "asking" } });
    try {
      const both = AbortSignal.any([asking, signal]);
      const preview = await ask("downloads.preview", { ...args, ...(prove && { prove }) }, both);
      if (asking.aborted) return;
      become({
        preview: formPreview(preview, book.analysis.provider === "ollama", args.linkOut),
        problems: [],
        status: book.said(),
      });
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
  return {
    get shown() {
      return book.analysis;
    },
    get page() {
      return formPage(book.analysis, places, book.state);
    },
    keep: (draft) => {
      const same = JSON.stringify(draft) === JSON.stringify(book.state.draft);
      become({ draft, ...(!same && { status: quiet }) });
      if (!same) lookSoon();
    },
    become: (part) => {
      become({ draft: { ...book.state.draft, ...part }, edition: book.state.edition + 1 });
      lookSoon();
    },
    prove: () => start((asking) => look(true, asking)),
    stop: () => start((asking) => look(false, asking)),
    add: async (paused) => {
      if (book.state.adding) return [];
      if (isTurning()) {
        become({ status: failed(t("That version is still being looked at.")) });
        return [];
      }
      const args = formArguments(book.analysis, book.state.draft);
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
      ended.abort();
      looking.abort();
      book.dispose();
    },
  };
}

/** Looks at the version that was chosen. @returns false: it cannot be shown, and the page says why */
async function turnTo({ ask, signal }: FormSessionParts, book: FormBook, asking: AbortSignal): Promise<boolean> {
  const { draft, preview } = book.state;
  book.become({ preview: { ...preview, kind: "asking" } });
  const wanted = { model: book.analysis.repository, revision: draft.version };
  try {
    const found = await ask("hub.analyze", wanted, AbortSignal.any([asking, signal]));
    if (asking.aborted) return false;
    book.show(found);
    return true;
  } catch (error) {
    if (asking.aborted || signal.aborted) return false;
    book.tell(error, true);
    const { state, analysis } = book;
    const kind = preview.lines.length > 0 ? "shown" : "none";
    const edition = state.edition + 1;
    book.become({ draft: { ...state.draft, version: analysis.revision }, edition, preview: { ...preview, kind } });
    return false;
  }
}

const queuedWords = (count: number): string =>
  count === 1 ? t("1 download is in the queue.") : t("{0} downloads are in the queue.", count);

/** What a person must say before anything can be asked. */
function missingOf(args: ReturnType<typeof formArguments>): FormPage["problems"][number] | undefined {
  if (!args) return { field: "files", problem: t("Choose what to download.") };
  return args.folder === "" ? { field: "location", problem: t("Choose a folder.") } : undefined;
}
