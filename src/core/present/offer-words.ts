import { t } from "@vscode/l10n";
import type { SwitchOffer } from "../protocol/serving.ts";
import { contextWords } from "./profile-words.ts";

/** As a button says it. */
export function offerWords(offer: SwitchOffer): string {
  switch (offer.kind) {
    case "context":
      return t("Try with {0} tokens", contextWords(offer.context));
    case "cacheType":
      return t("Try with a {0} cache", offer.cacheType);
    case "gpuLayers":
      return t("Try with {0} layers on the GPU", offer.gpuLayers);
    case "stopOther":
      return t("Stop {0} and try again", offer.title);
    case "pullImage":
      return t("Pull the image");
    case "force":
      return t("Serve anyway");
  }
}

/** What the same switch is asked with; undefined where something else is done first. */
export function requestOf(offer: SwitchOffer): Readonly<Record<string, unknown>> | undefined {
  switch (offer.kind) {
    case "context":
      return { overrides: { context: offer.context } };
    case "cacheType":
      return { overrides: { cacheType: offer.cacheType } };
    case "gpuLayers":
      return { overrides: { gpuLayers: offer.gpuLayers } };
    case "force":
      return { force: true };
    case "stopOther":
    case "pullImage":
      return undefined;
  }
}
