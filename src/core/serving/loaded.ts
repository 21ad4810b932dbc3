import type { ReadBack } from "../protocol/serving.ts";
import type { SwitchOverrides } from "./controller.ts";
import { fileName } from "./model-path.ts";
import type { ServerProfile } from "./profile.ts";

/** A server that was started and is ready. */
export interface Loaded {
  readonly profile: ServerProfile;
  readonly overrides: SwitchOverrides;
  /** Absolute, on this machine: the first file of its weights. */
  readonly modelPath: string;
  readonly url: string;
  /** What its router calls it; undefined for a server by itself. */
  readonly model?: string | undefined;
  /** The machine it runs on; absent: this one. */
  readonly host?: string | undefined;
  readonly got: ReadBack | undefined;
  /** The lines of its log that tell of the load, oldest first, as far as they have come in. */
  loadLines(): readonly string[];
}

/** Learns from loads. Nothing waits for it, and what goes wrong in it changes no switch. */
export interface LoadWatch {
  /** A server is about to be started: what comes back is called once it is ready, and not at all where it never is. */
  starting(signal: AbortSignal): (loaded: Loaded, signal: AbortSignal) => Promise<void>;
}

/** The file here that a server, perhaps in a container, was told as `told`. @param modelPath as the profile has it */
export const pathHere = (modelPath: string, told: string): string =>
  modelPath.slice(0, modelPath.length - fileName(modelPath).length) + fileName(told);
