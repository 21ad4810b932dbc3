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
  const missing: BackendStatus["missing"][number][] = [];
  if (faults.container?.code === "imageMissing" && image !== undefined) missing.push({ what: image, pull: image });
  if (faults.container?.code === "engineUnreachable") missing.push(...engineLacks(faults.container, platform));
  if (faults.process?.code === "notFound" && binary !== undefined) {
    const command = PROGRAMS[backend]?.[platform];
    missing.push({ what: binary, ...(command === undefined ? {} : { command }) });
  }
  return missing;
}

/** Nothing is to be had for one that is there and answers in another way. */
function engineLacks(
  { why, address }: Extract<Fault, { code: "engineUnreachable" }>,
  platform: string,
): BackendStatus["missing"] {
  // One that was named over the network is no matter of this machine.
  if (/^(tcp|https?|ssh):/.test(address)) return [];
  const what = "Docker";
  const install = ENGINES[platform];
  if (why === undefined) return [install === undefined ? { what } : { what, command: install }];
  const [command, deed] =
    why === "stopped" ? ([STARTS[platform], "start"] as const) : ([ALLOWS[platform], "allow"] as const);
  return command !== undefined && (why === "stopped" || why === "denied") ? [{ what, command, deed }] : [];
}

const STARTS: Readonly<Record<string, string>> = {
  linux: "sudo systemctl start docker",
  darwin: "open -a Docker || colima start",
};

const ALLOWS: Readonly<Record<string, string>> = { linux: 'sudo usermod -aG docker "$USER"' };

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
