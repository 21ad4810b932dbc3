import { t } from "@vscode/l10n";
import type { SwitchOffer } from "../protocol/serving.ts";
import { contextWords } from "./profile-words.ts";

/** As a button says it. */
export function offerWords(offer: SwitchOffer): string {
  switch (offer.kind) {
    case "context":
      return t("Try with {0} Tokens", contextWords(offer.context));
    case "cacheType":
      return t("Try with a {0} Cache", offer.cacheType);
    case "gpuLayers":
      return t("Try with {0} Layers on the GPU", offer.gpuLayers);
    case "stopOther":
      return t("Stop {0} and Try Again", offer.title);
    case "pullImage":
      return t("Pull the Image");
    case "force":
      return t("Serve Anyway");
    case "loadAnyway":
      return t("Load Anyway");
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
    case "loadAnyway":
      return { onUnfit: "warn" };
    case "stopOther":
    case "pullImage":
      return undefined;
  }
}

/** The switch once more, with what was offered in place of what was asked for. */
export function withOffer(
  asked: Readonly<Record<string, unknown>>,
  offer: SwitchOffer,
): Readonly<Record<string, unknown>> {
  const more = requestOf(offer) ?? {};
  const overrides = { ...recordOf(asked["overrides"]), ...recordOf(more["overrides"]) };
  return { ...asked, ...more, ...(Object.keys(overrides).length > 0 && { overrides }) };
}

const recordOf = (value: unknown): object => (typeof value === "object" && value !== null ? value : {});

/** By which a page names an offer; two of one server are never alike. */
export function offerId(offer: SwitchOffer): string {
  switch (offer.kind) {
    case "context":
      return `context ${offer.context}`;
    case "cacheType":
      return `cacheType ${offer.cacheType}`;
    case "gpuLayers":
      return `gpuLayers ${offer.gpuLayers}`;
    case "stopOther":
      return `stopOther ${offer.server}`;
    case "pullImage":
    case "force":
    case "loadAnyway":
      return offer.kind;
  }
}
