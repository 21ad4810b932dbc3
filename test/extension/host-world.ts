import type { WorldModel } from "../support/world.ts";

/** What the suites in the extension host are told of the world around them; its settings are in force already. */
export interface HostWorld {
  readonly runtime: "container" | "process";
  readonly hub: string;
  readonly first: WorldModel;
  readonly second: WorldModel;
  /** Where the served model answers. */
  readonly server: string;
  readonly storage: string;
  readonly models: string;
  readonly profilesFile: string;
  /** Folder with a store of each of five programs, and a folder of plain files: test/support/collection. */
  readonly collection: string;
}

/** @throws Error where VS Code was not started by the tier "host" */
export function hostWorld(): HostWorld {
  const told = process.env["MODELDECK_WORLD"];
  if (told === undefined) throw new Error("MODELDECK_WORLD is not set: run these suites by `npm run test:host`");
  return JSON.parse(told) as HostWorld;
}
