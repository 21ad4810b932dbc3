import { type FormDraft, type FormPage, type FormWords, reuseChoices } from "../../core/protocol/form-page.ts";
import { make } from "../ui/dom.ts";
import { checkbox, field, select } from "../ui/kit.ts";
import { problem } from "./form-problems.ts";

interface Fields {
  readonly element: HTMLElement;
  /** Shows the draft in place of what was typed. */
  fill(state: FormPage): void;
  update(state: FormPage, draft: FormDraft): void;
}

type Change = (part: Partial<FormDraft>) => void;

/** Files that are of no use to programs, where there are any. */
export function optionalField(words: FormWords, change: Change): Fields {
  const box = checkbox({ label: words.optional, checked: false, onChange: (on) => change({ optional: on }) });
  const list = make("ul", { class: "hint optional" });
  const element = make("div", {}, box.element, list);
  return {
    element,
    fill: ({ draft }) => box.set(draft.optional),
    update: ({ optionalFiles }, { optional }) => {
      element.hidden = optionalFiles.length === 0;
      list.hidden = !optional;
      if (list.childElementCount !== optionalFiles.length)
        list.replaceChildren(...optionalFiles.map((line) => make("li", {}, line)));
    },
  };
}

export function reuseField(words: FormWords, change: Change): Fields {
  const choice = select({
    label: words.reuse,
    onChange: (value) => {
      const reuse = reuseChoices.find((one) => one === value);
      if (reuse !== undefined) change({ reuse });
    },
  });
  return {
    element: make("div", {}, choice.element, problem("reuse")),
    fill: ({ reuse, draft }) => choice.set({ choices: reuse, value: draft.reuse }),
    update: () => undefined,
  };
}

/** What few need. */
export function moreFields(words: FormWords, change: Change): Fields {
  const support = field({ label: words.supportRepo, onInput: (supportRepo) => change({ supportRepo }) });
  const hint = make("p", { class: "hint" }, words.supportHint);
  const supportPart = make("div", {}, support.element, hint, problem("supportRepo"));
  const sha256 = field({ label: words.sha256, onInput: (value) => change({ sha256: value }) });
  const sha256Part = make("div", {}, sha256.element, problem("sha256"));
  const force = checkbox({ label: words.force, checked: false, onChange: (on) => change({ force: on }) });
  return {
    element: make("div", {}, supportPart, sha256Part, force.element),
    fill: ({ draft }) => {
      support.set(draft.supportRepo);
      sha256.set(draft.sha256);
      force.set(draft.force);
    },
    update: ({ asks }) => {
      supportPart.hidden = !asks.support;
      sha256Part.hidden = !asks.sha256;
    },
  };
}
