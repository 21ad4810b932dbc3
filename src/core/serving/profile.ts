import type { DeviceUse, Mount, RuntimeKind } from "../ports/runtime.ts";
import type { Millis, ProfileId } from "../util/ids.ts";

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
  /** In place of the settings' own. */
  readonly image?: string | undefined;
  readonly binary?: string | undefined;
  readonly runtime?: RuntimeKind | undefined;
  /** UUIDs; undefined: all there are; empty: none. */
  readonly gpus?: readonly string[] | undefined;
  /** On 127.0.0.1; undefined: the settings' for the group `default`, the next free one for others. */
  readonly port?: number | undefined;
  readonly ttl?: Millis | undefined;
  /** Served by the router of that name in its group; undefined: by a server of its own. */
  readonly router?: string | undefined;
  /** Of the server, in place of the back end's own. */
  readonly healthPath?: string | undefined;
  /** Of a service of a compose file: more that a container is given. */
  readonly mounts?: readonly Mount[] | undefined;
  readonly devices?: readonly DeviceUse[] | undefined;
  readonly groups?: readonly string[] | undefined;
  /** Variables it does not have, whatever its image sets. */
  readonly unset?: readonly string[] | undefined;
  readonly compose?: ComposeUse | undefined;
  readonly file: string;
  readonly line: number;
}

/** The service of a compose file that a profile of the models.conf beside it is served by. */
export interface ComposeUse {
  /** Absolute. */
  readonly file: string;
  readonly service: string;
  /** The `.env` beside it, absolute; our block of it holds the variables while the profile is served. */
  readonly envFile: string;
  readonly variables: Readonly<Record<string, string>>;
  /** It has `build:` and names no image: what an earlier `compose build` has made, if it has run. */
  readonly built: boolean;
}
