import { make, setText } from "./dom.ts";

/** Says a line to screen readers, politely, and never more often than every five seconds. */
export function announcer(): { readonly element: HTMLElement; say(text: string): void } {
  const element = make("div", { class: "spoken", role: "status", "aria-live": "polite" });
  let waiting: string | undefined;
  let resting = false;
  const speak = (): void => {
    if (waiting === undefined) {
      resting = false;
      return;
    }
    setText(element, waiting);
    waiting = undefined;
    resting = true;
    setTimeout(speak, 5000);
  };
  return {
    element,
    say: (text) => {
      waiting = text;
      if (!resting) speak();
    },
  };
}
