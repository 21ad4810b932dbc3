import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { root } from "../support/tiers.ts";
import { type VsCode, openVsCode } from "../support/vscode/window.ts";
import { workbenchOn } from "../support/vscode/workbench.ts";
import type { World } from "../support/world.ts";
import { mainWalk } from "../ui/main-walk.ts";

/** Does the main job by itself, through the screen. @param shots a folder for the screenshots, emptied first */
export async function checkDemo(vscode: VsCode, world: World, shots: string): Promise<number> {
  await rm(shots, { recursive: true, force: true });
  await mkdir(shots, { recursive: true });
  const began = performance.now();
  const step = (what: string): void =>
    console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${what}`);
  const window = await openVsCode(vscode, { settings: world.settings, extensions: [root], folder: world.folder });
  const workbench = workbenchOn(window.page);
  const shot = (name: string): Promise<void> => workbench.screenshot(path.join(shots, `${name}.png`));
  try {
    step(`the workbench is open (${window.kind})`);
    await mainWalk({ workbench, world, step, shot });
    console.log(`\nThe main job works. Screenshots: ${path.relative(process.cwd(), shots)}`);
    return 0;
  } catch (error) {
    step(`FAILED: ${error instanceof Error ? error.message : String(error)}`);
    for (const text of await workbench.notifications().catch(() => [])) step(`on screen: ${text}`);
    await shot("failed").catch(() => {});
    console.log(`\nModel Deck's log:\n${await window.log()}`);
    console.log(`\nThe main job does not work; see ${path.relative(process.cwd(), shots)}/failed.png`);
    return 1;
  } finally {
    await window.close();
  }
}
