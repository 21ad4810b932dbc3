import { t } from "@vscode/l10n";
import type { Profile } from "../protocol/profiles.ts";
import { contextWords } from "./profile-words.ts";

/** What is asked of one load alone; the profile stays as it is. */
export interface Overrides {
  readonly context?: number;
  readonly gpuLayers?: number;
  readonly cacheType?: string;
}

export interface OverrideRow {
  readonly what: keyof Overrides | "load";
  readonly label: string;
  /** What it is so far. */
  readonly description: string;
}

/** What can be changed, each with what it is so far; to load is the first once there is something to load with. */
export function overrideRows(profile: Pick<Profile, "context">, set: Overrides): readonly OverrideRow[] {
  const kept = t("as the profile has it");
  const own = profile.context === undefined ? kept : `${contextWords(profile.context)}, ${kept}`;
  const rows: readonly OverrideRow[] = [
    {
      what: "context",
      label: t("Context…"),
      description: set.context === undefined ? own : t("{0} tokens", contextWords(set.context)),
    },
    {
      what: "gpuLayers",
      label: t("GPU Layers…"),
      description: set.gpuLayers === undefined ? kept : String(set.gpuLayers),
    },
    { what: "cacheType", label: t("Cache Type…"), description: set.cacheType ?? kept },
  ];
  const changed = rows.filter(({ what }) => what !== "load" && set[what] !== undefined);
  const load: OverrideRow = {
    what: "load",
    label: t("Load Now"),
    description: changed.map(({ label, description }) => `${label.replace("…", "")}: ${description}`).join(" · "),
  };
  return changed.length > 0 ? [load, ...rows] : [...rows, load];
}
