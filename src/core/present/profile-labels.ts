import { t } from "@vscode/l10n";

/** What a key of a profile is called where people fill it in; an unknown one by its own name. */
export const keyLabel = (key: string): string => labels()[key] ?? key;

const labels = (): Readonly<Record<string, string>> => ({
  name: t("Name"),
  description: t("Description"),
  extends: t("Extends, one profile a line"),
  model: t("Model file"),
  backend: t("Back end"),
  context: t("Context, in tokens"),
  gpuLayers: t("Layers on the GPU"),
  fit: t("Fit to memory"),
  fitTarget: t("Memory left free, in MiB"),
  args: t("Arguments, one a line"),
  env: t("Environment variables, NAME=value, one a line"),
  group: t("Group"),
  router: t("Router"),
  aliases: t("Aliases, one a line"),
  ttl: t("Unload after"),
  runtime: t("Runs as"),
  image: t("Container image"),
  binary: t("Program"),
  gpu: t("GPUs, one a line"),
  port: t("Port"),
  health: t("Health path"),
  speed: t("Speed"),
});
