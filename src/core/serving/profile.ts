import type { ProfileId } from "../util/ids.ts";

/** A profile with all its values in place, ready to become a server. */
export interface ServerProfile {
  readonly id: ProfileId;
  readonly name: string;
  readonly backend: string;
  readonly group: string;
  /** Absolute; links not resolved yet. */
  readonly modelPath: string;
  readonly context: number | undefined;
  readonly gpuLayers: string | undefined;
  /** FIT, FIT_TARGET as written. */
  readonly fit: string | undefined;
  readonly fitTarget: string | undefined;
  /** Split at blanks only, every other character as written. */
  readonly extraArgs: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly file: string;
  readonly line: number;
}
