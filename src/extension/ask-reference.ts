import * as vscode from "vscode";
import { personWords } from "../core/present/person-words.ts";
import { sentences } from "../core/present/sentences.ts";
import type { HubAnalysis } from "../core/protocol/hub.ts";
import { type Fault, isFault } from "../core/util/faults.ts";
import type { Ask } from "./ask.ts";
import { openSetting } from "./settings.ts";

/**
 * Asks which model, and looks at it on the hub while the box is still open: what is misspelt can be corrected there, and
 * what did not get through is asked again by another Enter. undefined: given up. Rejects with any other fault.
 */
export async function askReference(ask: Ask, title: string): Promise<HubAnalysis | undefined> {
  const box = vscode.window.createInputBox();
  box.title = title;
  box.prompt = vscode.l10n.t("A repository of Hugging Face, a model of Civitai or Ollama, or an address");
  box.placeholder = vscode.l10n.t("owner/repository, civitai:<model>, ollama:name:tag, https://…");
  box.ignoreFocusOut = true;
  const given = new AbortController();
  box.onDidHide(() => given.abort());
  box.onDidChangeValue(() => {
    box.validationMessage = "";
    box.buttons = [];
  });
  let setting = "";
  // The box stays: what was allowed meanwhile is asked again by Enter.
  box.onDidTriggerButton(() => void openSetting(setting));
  try {
    for (;;) {
      box.busy = false;
      box.show();
      const model = await entered(box, given.signal);
      if (model === undefined) return undefined;
      box.busy = true;
      // Not disabled: a disabled box would not hear the Escape that gives it up.
      try {
        return await ask("hub.analyze", { model }, given.signal);
      } catch (error) {
        if (!isFault(error) || !staysOpen.has(error.fault.code)) throw error;
        const { message, remedy, actions = [] } = personWords(error.fault);
        box.validationMessage = sentences(message, remedy);
        const [action] = actions;
        // What another try ran into may have none.
        box.buttons = [];
        if (action?.do.kind !== "openSettings") continue;
        setting = action.do.key;
        box.buttons = [{ iconPath: new vscode.ThemeIcon("gear"), tooltip: action.title }];
      }
    }
  } finally {
    box.dispose();
  }
}

/** What another spelling cures, or another try. */
const staysOpen: ReadonlySet<Fault["code"]> = new Set([
  "notFound",
  "badArguments",
  "network",
  "timeout",
  "rateLimited",
]);

/** What was typed when Enter was pressed; undefined where the box was left. */
const entered = (box: vscode.InputBox, left: AbortSignal): Promise<string | undefined> =>
  new Promise((resolve) => {
    left.addEventListener("abort", () => resolve(undefined), { once: true });
    box.onDidAccept(() => {
      const text = box.value.trim();
      if (text !== "") resolve(text);
    });
  });
