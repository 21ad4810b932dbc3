import type { BackendStatus } from "../protocol/serving.ts";
import type { Fault } from "../util/faults.ts";

/** What a back end lacks here, with the way to get it. The commands are the platforms' own, to be run by a person. */
export function howToGet({
  backend,
  image,
  binary,
  faults,
  platform,
}: {
  readonly backend: string;
  readonly image: string | undefined;
  readonly binary: string | undefined;
  readonly faults: { readonly container: Fault | undefined; readonly process: Fault | undefined };
  /** As Node names it. */
  readonly platform: string;
}): BackendStatus["missing"] {
  const missing: { what: string; pull?: string; command?: string }[] = [];
  if (faults.container?.code === "imageMissing" && image !== undefined) missing.push({ what: image, pull: image });
  if (faults.container?.code === "engineUnreachable") {
    const command = ENGINES[platform];
    missing.push({ what: "Docker", ...(command === undefined ? {} : { command }) });
  }
  if (faults.process?.code === "notFound" && binary !== undefined) {
    const command = PROGRAMS[backend]?.[platform];
    missing.push({ what: binary, ...(command === undefined ? {} : { command }) });
  }
  return missing;
}

const ENGINES: Readonly<Record<string, string>> = {
  linux: "sudo apt-get install docker.io",
  darwin: "brew install colima docker && colima start",
  win32: "winget install Docker.DockerDesktop",
};

const PROGRAMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "llama.cpp": {
    linux: "brew install llama.cpp",
    darwin: "brew install llama.cpp",
    win32: "winget install llama.cpp",
  },
};
