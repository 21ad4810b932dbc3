import type { RemoteFiles } from "../ports/remote-files.ts";
import { type RemoteRangeDeps, createRemoteFiles } from "../sources/remote-range.ts";
import { createGotHttp } from "./got-http.ts";

/** Ranges of a hub's files over got. */
export const createRemoteHub = (deps: Omit<RemoteRangeDeps, "http">): RemoteFiles =>
  createRemoteFiles({ ...deps, http: createGotHttp() });
