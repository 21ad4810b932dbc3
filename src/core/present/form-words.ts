import { t } from "@vscode/l10n";
import type { FormWords, ReuseChoice } from "../protocol/form-page.ts";
import type { Layout } from "../settings.ts";

/** The page has no translations of its own: it is handed these. */
export const formPageWords = (): FormWords => ({
  addLink: t("Add Folder…"),
  asking: t("Looking what is to be fetched…"),
  command: t("The same in a terminal"),
  copied: t("Copied."),
  copy: t("Copy"),
  download: t("Download"),
  downloadPaused: t("Download Paused"),
  file: t("File"),
  force: t("Fetch again what is here already"),
  format: t("Format"),
  from: t("From"),
  links: t("Links in other folders"),
  linksHint: t("Each finished file gets a link in these folders, so that other programs find it."),
  noLinks: t("No folder yet."),
  nothing: t("It is shown here once something is chosen and all fields fit."),
  optional: t("Optional files: pictures, training states, examples"),
  options: t("More"),
  pickFolder: t("Choose Folder…"),
  place: t("Where to put it"),
  preview: t("What this does"),
  prove: t("Look for These Bytes Here"),
  proving: t("Files that may hold these bytes are being hashed. This may take minutes…"),
  queue: t("Show Queue"),
  remove: t("Remove"),
  reuse: t("Bytes that are on this machine"),
  selectAll: t("Select All"),
  selectNone: t("Select None"),
  sha256: t("Expected sha256"),
  size: t("Size"),
  state: t("State"),
  stop: t("Stop"),
  subfolder: t("Subfolder"),
  supportHint: t("Its configuration and tokenizer come too, where the model has none of its own: owner/repository"),
  supportRepo: t("Support repository"),
  variants: t("What to download"),
  version: t("Version"),
});

export function reuseWords(choice: ReuseChoice): string {
  const words: Readonly<Record<ReuseChoice, string>> = {
    auto: t("Use them, the best way the disks allow"),
    clone: t("Clone: a copy that shares its blocks"),
    hard: t("Hard link: a second name of the same file"),
    symbolic: t("Symbolic link: points at the other file"),
    copy: t("Copy"),
    none: t("Fetch all the same"),
  };
  return words[choice];
}

export function layoutWords(layout: Layout): string {
  const words: Readonly<Record<Layout, string>> = {
    "owner-repo": t("a folder for each model"),
    "hf-cache": t("a cache of Hugging Face"),
    "lm-studio": t("as LM Studio has it"),
    comfyui: t("as ComfyUI has it"),
    flat: t("all in one folder"),
  };
  return words[layout];
}
