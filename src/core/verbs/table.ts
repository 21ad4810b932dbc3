import { downloadsAdd, downloadsCancel, downloadsList, downloadsPause, downloadsResume } from "./downloads.ts";
import { configShow, modelsEdit, modelsExport, modelsImport, modelsPromote, rolesResolve } from "./editing.ts";
import { hubAnalyze } from "./hub.ts";
import { libraryFetch, libraryLists } from "./library.ts";
import {
  backupsCreate,
  backupsList,
  backupsRestore,
  historyList,
  historyRedo,
  historyUndo,
  maintenanceApply,
  maintenancePlan,
  maintenanceSteps,
  trashEmpty,
  trashList,
} from "./maintenance.ts";
import { metadataCard, metadataFetch, metadataPreview, metadataRemove } from "./metadata.ts";
import { modelsFit, modelsGroups, modelsList, modelsProbe, modelsShow, modelsStats } from "./models.ts";
import { profilesList, servingLogs, servingStatus, servingStop, servingSwitch } from "./serving.ts";
import { gpuStatus } from "./system.ts";
import {
  maintenanceVerify,
  tasksCancel,
  tasksClear,
  tasksList,
  tasksMove,
  tasksPause,
  tasksRemove,
  tasksResume,
  tasksRetry,
} from "./tasks.ts";
import { lockfileExport, lockfileImport, modelsUpdates } from "./updates.ts";
import type { Verb } from "./verb.ts";

/** Everything that can be asked. Palette, terminal, control API and agents are made of this. */
export const verbs: readonly Verb[] = [
  modelsList,
  modelsGroups,
  modelsShow,
  modelsStats,
  modelsFit,
  modelsProbe,
  modelsUpdates,
  metadataFetch,
  metadataRemove,
  metadataPreview,
  metadataCard,
  lockfileExport,
  lockfileImport,
  hubAnalyze,
  libraryLists,
  libraryFetch,
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
  modelsEdit,
  modelsPromote,
  modelsImport,
  modelsExport,
  rolesResolve,
  configShow,
  maintenancePlan,
  maintenanceSteps,
  maintenanceApply,
  maintenanceVerify,
  historyList,
  historyUndo,
  historyRedo,
  backupsList,
  backupsCreate,
  backupsRestore,
  trashList,
  trashEmpty,
  tasksList,
  tasksPause,
  tasksResume,
  tasksCancel,
  tasksRetry,
  tasksRemove,
  tasksMove,
  tasksClear,
];
