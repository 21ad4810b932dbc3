import { t } from "@vscode/l10n";
import type { Trouble } from "../protocol/downloads.ts";
import type { FaultWords } from "./fault-words.ts";

/** The one button beside a trouble that came as plain JSON; undefined where its words must do. */
export function troubleAction({ code, facts }: Trouble): FaultWords["action"] {
  switch (code) {
    case "gated": {
      const page = facts["page"];
      return typeof page === "string" ? { title: t("Open page"), do: { kind: "openPage", url: page } } : undefined;
    }
    case "unauthorized":
      return {
        title: t("Set token"),
        do: { kind: "setToken", provider: facts["provider"] === "civitai" ? "civitai" : "huggingface" },
      };
    case "diskFull":
      return { title: t("Choose location"), do: { kind: "openSettings", key: "modelDeck.locations" } };
    case "engineUnreachable":
      return { title: t("Choose engine"), do: { kind: "openSettings", key: "modelDeck.serving" } };
    case "engineElsewhere":
      return { title: t("Name address"), do: { kind: "openSettings", key: "modelDeck.serving.remoteAddress" } };
    case "notOnEngine":
      return facts["there"] === undefined
        ? { title: t("Map folders"), do: { kind: "openSettings", key: "modelDeck.serving.remoteFolders" } }
        : undefined;
    case "imageMissing":
      return { title: t("Choose image"), do: { kind: "openSettings", key: "modelDeck.backends" } };
    case "portInUse":
      return { title: t("Choose port"), do: { kind: "openSettings", key: "modelDeck.serving.port" } };
    case "serverExited":
    case "outOfMemory":
    case "unhealthy":
    case "flagUnknown":
      return { title: t("Show log"), do: { kind: "showLogs" } };
    default:
      return undefined;
  }
}
