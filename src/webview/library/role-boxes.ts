import type { EntryDraft, EntryWords } from "../../core/protocol/library-page.ts";
import { make } from "../ui/dom.ts";
import { checkbox, field } from "../ui/kit.ts";

type Roles = EntryDraft["roles"];

/** A box for each role, and beside a checked one its priority. What is unchecked and checked again keeps its number. */
export function roleBoxes(
  words: EntryWords,
  onChange: (roles: Roles) => void,
): { readonly element: HTMLElement; set(all: readonly string[], roles: Roles): void } {
  const element = make("div", { class: "roles" });
  let boxes: readonly { readonly role: string; readonly read: () => Roles[number] | undefined }[] = [];
  const tell = (): void => onChange(boxes.flatMap(({ read }) => read() ?? []));

  const box = (role: string, held: Roles[number] | undefined): (typeof boxes)[number] => {
    let checked = held !== undefined;
    let priority = held?.priority ?? "";
    const number = field({
      label: words.priority,
      spoken: `${words.priority}: ${role}`,
      onInput: (value) => {
        priority = value;
        tell();
      },
    });
    number.element.classList.add("number");
    number.set(priority);
    number.element.hidden = !checked;
    const mark = checkbox({
      label: role,
      checked,
      onChange: (now) => {
        checked = now;
        number.element.hidden = !now;
        tell();
      },
    });
    element.append(make("div", { class: "role" }, mark.element, number.element));
    return { role, read: () => (checked ? { role, priority } : undefined) };
  };
  return {
    element: make("div", {}, make("p", { class: "hint" }, words.priority), element),
    set: (all, roles) => {
      element.replaceChildren();
      boxes = all.map((role) =>
        box(
          role,
          roles.find((one) => one.role === role),
        ),
      );
    },
  };
}
