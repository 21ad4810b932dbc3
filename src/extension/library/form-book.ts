import { type FormState, type PlaceFacts, freshChoice } from "../../core/present/download-form.ts";
import { faultWords } from "../../core/present/fault-words.ts";
import { noPreview } from "../../core/present/form-preview.ts";
import { asSentence } from "../../core/present/sentences.ts";
import { type FormDraft, type FormField, formFields } from "../../core/protocol/form-page.ts";
import type { HubAnalysis } from "../../core/protocol/hub.ts";
import { isFault } from "../../core/util/faults.ts";
import type { Ask } from "../ask.ts";

export interface FormSessionParts {
  readonly ask: Ask;
  readonly analysis: HubAnalysis;
  readonly places: readonly PlaceFacts[];
  /** Resolves when a person pauses between two changes; rejects with the signal's reason. */
  readonly pause: (signal: AbortSignal) => Promise<void>;
  readonly onChange: () => void;
  /** Rejections that are no faults. */
  readonly onError: (error: unknown) => void;
  /** Which choices' bytes are here; asked once for each version. */
  readonly marks?: (
    shown: HubAnalysis,
    draft: FormDraft,
    signal: AbortSignal,
  ) => Promise<NonNullable<FormState["marks"]>>;
  readonly signal: AbortSignal;
}

/** What a form shows: a version of a model, what was chosen of it, and what was told of that. */
export interface FormBook {
  readonly analysis: HubAnalysis;
  readonly state: FormState;
  readonly become: (part: Partial<FormState>) => void;
  /** @param pressed a button: whoever pressed it looks there, as the field may be out of sight */
  readonly tell: (error: unknown, pressed?: boolean) => void;
  /** What was queued stays said until something else is chosen: a look follows right after it. */
  readonly said: () => FormState["status"];
  /** Another version: what was chosen of the one before means nothing there. */
  readonly show: (found: HubAnalysis) => void;
  readonly dispose: () => void;
}

export function createFormBook(deps: FormSessionParts, first: FormDraft): FormBook {
  let { analysis } = deps;
  let state: FormState = { edition: 0, draft: first, preview: noPreview, problems: [], adding: false, status: quiet };
  const ended = new AbortController();
  const become = (part: Partial<FormState>): void => {
    state = { ...state, ...part };
    deps.onChange();
  };
  const readMarks = (): void => {
    const shown = analysis;
    const isStill = (): boolean => !ended.signal.aborted && shown === analysis;
    // They are a help, and no more: what went wrong the preview says.
    deps.marks?.(shown, state.draft, AbortSignal.any([ended.signal, deps.signal])).then(
      (marks) => isStill() && become({ marks }),
      () => undefined,
    );
  };
  readMarks();
  const said = (): FormState["status"] => (state.status.kind === "failed" ? quiet : state.status);
  return {
    get analysis() {
      return analysis;
    },
    get state() {
      return state;
    },
    become,
    tell: (error, pressed = false) => {
      if (!isFault(error)) {
        deps.onError(error);
        return become({ preview: noPreview });
      }
      const { field, problem } = problemOf(error.fault, state.draft);
      const problems = field === undefined ? [] : [{ field, problem }];
      become({ problems, status: field === undefined || pressed ? failed(problem) : said() });
    },
    said,
    show: (found) => {
      analysis = found;
      const draft = { ...state.draft, ...freshChoice(found) };
      become({ draft, edition: state.edition + 1, problems: [], marks: new Map() });
      readMarks();
    },
    dispose: () => ended.abort(),
  };
}

export const quiet = { kind: "none", text: "" } as const;
export const failed = (text: string): FormState["status"] => ({ kind: "failed", text });

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
