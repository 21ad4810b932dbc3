import type { ServerSpec } from "../../ports/runtime.ts";
import type { CommandLine } from "../../protocol/profiles.ts";
import { PRESETS_FILE, hostAt, isRouted, placeOf } from "../router/host-spec.ts";
import { sectionOf } from "../router/preset.ts";
import { commandLine } from "./command-line.ts";

/**
 * What runs for a spec: of a model of a router that is the router, and what its presets file says of the model.
 * @param routers folder of all of them
 */
export function runningCommand(spec: ServerSpec, routers: string, windows: boolean): CommandLine {
  if (!isRouted(spec)) return commandLine(spec, windows);
  const { group, router } = spec;
  const place = placeOf(routers, group, router.name);
  const line = commandLine(hostAt(spec, place), windows);
  const told = [
    `${place}/${PRESETS_FILE}`,
    ...sectionOf(router.model, router.preset),
    `POST /models/load {"model":${JSON.stringify(router.model)}}`,
  ];
  return { ...line, text: [line.text, ...told.map((one) => `# ${one}`)].join("\n") };
}
