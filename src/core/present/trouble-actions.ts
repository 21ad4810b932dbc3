import { t } from "@vscode/l10n";
import type { Trouble } from "../protocol/downloads.ts";
import { type RemedyAction, type RemedyButton, gatedActions, setToken } from "./fault-words.ts";
import { allowSetting } from "./forbidden-words.ts";
import { tokenWantedFor } from "./token-wanted.ts";

/** The buttons beside a trouble that came as plain JSON; empty where its words must do. */
export function troubleActions(trouble: Trouble): readonly RemedyButton[] {
  const { code, facts } = trouble;
  switch (code) {
    case "gated": {
      const page = facts["page"];
      return typeof page === "string" ? gatedActions(page, facts["tokenGiven"] !== false) : [];
    }
    case "unauthorized":
      return [setToken(tokenWantedFor(trouble) ?? "huggingface")];
    case "forbidden": {
      const reason = facts["reason"];
      return typeof reason === "string" ? allowSetting(reason) : [];
    }
    case "diskFull":
      return one(t("Choose Location"), { kind: "openSettings", key: "modelDeck.locations" });
    case "engineUnreachable":
      return one(t("Choose Engine"), { kind: "openSettings", key: "modelDeck.serving" });
    case "engineElsewhere":
      return one(t("Name Address"), { kind: "openSettings", key: "modelDeck.serving.remoteAddress" });
    case "notOnEngine":
      return facts["there"] === undefined
        ? one(t("Map Folders"), { kind: "openSettings", key: "modelDeck.serving.remoteFolders" })
        : [];
    case "imageMissing":
      return one(t("Choose Image"), { kind: "openSettings", key: "modelDeck.backends" });
    case "portInUse":
      return one(t("Choose Port"), { kind: "openSettings", key: "modelDeck.serving.port" });
    case "serverExited":
    case "outOfMemory":
    case "unhealthy":
    case "flagUnknown":
      return one(t("Show Log"), { kind: "showLogs" });
    default:
      return [];
  }
}

const one = (title: string, action: RemedyAction): readonly RemedyButton[] => [{ title, do: action }];
