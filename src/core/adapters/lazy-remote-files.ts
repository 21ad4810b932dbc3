import type { RemoteFiles } from "../ports/remote-files.ts";
import type { RemoteRangeDeps } from "../sources/remote-range.ts";

/** got is loaded with the first question; connections that are idle end with the process. */
export function createLazyRemoteFiles(deps: Omit<RemoteRangeDeps, "http">): RemoteFiles {
  let loaded: Promise<RemoteFiles> | undefined;
  const load = async (): Promise<RemoteFiles> => {
    const { createRemoteHub } = await import("./remote-hub.ts");
    return createRemoteHub(deps);
  };
  return {
    range: async (file, offset, length, signal) => {
      loaded ??= load();
      return (await loaded).range(file, offset, length, signal);
    },
  };
}
