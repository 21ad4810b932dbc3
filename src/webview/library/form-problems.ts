import type { FormField, FormPage } from "../../core/protocol/form-page.ts";
import { make, setText } from "../ui/dom.ts";

/** Where a problem of this field is told. */
export const problem = (name: FormField): HTMLElement =>
  make("p", { class: "problem", role: "alert", "data-field": name, hidden: "" });

export function tellProblems(form: HTMLElement, found: FormPage["problems"]): void {
  for (const element of form.querySelectorAll<HTMLElement>("[data-field]")) {
    const words = found.find((one) => one.field === element.dataset["field"])?.problem ?? "";
    setText(element, words);
    element.hidden = words === "";
  }
}
