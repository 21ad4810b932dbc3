import { downloadsAdd, downloadsCancel, downloadsList, downloadsPause, downloadsResume } from "./downloads.ts";
import { hubAnalyze } from "./hub.ts";
import { modelsList, modelsShow, modelsStats } from "./models.ts";
import { profilesList, servingLogs, servingStatus, servingStop, servingSwitch } from "./serving.ts";
import { gpuStatus } from "./system.ts";
import type { Verb } from "./verb.ts";

/** Everything that can be asked. Palette, terminal, control API and agents are made of this. */
export const verbs: readonly Verb[] = [
  modelsList,
  modelsShow,
  modelsStats,
  hubAnalyze,
  downloadsAdd,
  downloadsList,
  downloadsPause,
  downloadsResume,
  downloadsCancel,
  profilesList,
  servingSwitch,
  servingStop,
  servingStatus,
  servingLogs,
  gpuStatus,
];
