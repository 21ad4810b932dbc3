import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { needs } from "./needs.ts";
import { root } from "./tiers.ts";
import { type Bridge, type Host, openBridge } from "./vscode/bridge.ts";
import { type WindowOptions, findVsCode, openVsCode } from "./vscode/window.ts";
import { type Workbench, workbenchOn } from "./vscode/workbench.ts";

/** What a window is opened on. */
export interface Laid extends Pick<WindowOptions, "settings" | "env"> {
  close(): Promise<unknown>;
}

export interface OneWindow<L extends Laid> extends Pick<WindowOptions, "viewport"> {
  /** Of the folder with its screenshots, below `out/ui`. */
  readonly name: string;
  /** Lays what the window is to find into a folder of its own. */
  readonly lay: (folder: string) => Promise<L>;
  /** Absent: this build. */
  readonly loaded?: Pick<WindowOptions, "extensions" | "vsix">;
}

/** What a person has before them. */
export interface Sight {
  readonly workbench: Workbench;
  readonly shot: (name: string) => Promise<void>;
}

/** A window that a test looks through. */
export interface Through<L extends Laid> extends Sight {
  readonly laid: L;
  /** Its extension host. */
  readonly host: () => Promise<Host>;
}

/** What is the same in each window that is walked through: all of it dark, and no page that is just drawn closes a picker. */
const STEADY = { "workbench.colorTheme": "Dark Modern", "workbench.quickOpen.closeOnFocusLost": false };

/** A llama-server whose threads wait for each other by spinning takes minutes for a sentence where cores are few or busy. */
const CALM = { OMP_WAIT_POLICY: "passive" };

/** One window, and all of it away again; of a walk that failed the last sight and the log are kept. */
export async function inOneWindow<L extends Laid>(
  context: Mocha.Context,
  given: OneWindow<L>,
  walk: (through: Through<L>) => Promise<void>,
): Promise<void> {
  const { vscode } = needs(context, "vscode", await findVsCode());
  const folder = await mkdtemp(path.join(os.tmpdir(), `md-${given.name}-`));
  try {
    const laid = await given.lay(folder);
    const bridge = await openBridge();
    try {
      await walkOn(given, laid, bridge, walk, (options) => openVsCode(vscode, { ...options, folder }));
    } finally {
      bridge.close();
      await laid.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function walkOn<L extends Laid>(
  { name, viewport, loaded = { extensions: [root] } }: OneWindow<L>,
  laid: L,
  bridge: Bridge,
  walk: (through: Through<L>) => Promise<void>,
  open: (options: WindowOptions) => ReturnType<typeof openVsCode>,
): Promise<void> {
  const shots = path.join(root, "out/ui", name);
  await rm(shots, { recursive: true, force: true });
  await mkdir(shots, { recursive: true });
  const window = await open({
    ...loaded,
    extensions: [...(loaded.extensions ?? []), bridge.extension],
    env: { ...CALM, ...laid.env, ...bridge.env },
    settings: { ...STEADY, ...laid.settings },
    ...(viewport && { viewport }),
  });
  const workbench = workbenchOn(window.page);
  const shot = (file: string): Promise<void> => workbench.screenshot(path.join(shots, `${file}.png`));
  let came: Promise<Host> | undefined;
  const host = (): Promise<Host> => (came ??= bridge.next(AbortSignal.timeout(180_000)));
  try {
    await walk({ workbench, shot, laid, host });
  } catch (error) {
    // The page may be gone, too: what failed first is told.
    await shot("failed").catch(() => undefined);
    console.log(await window.log().catch(() => "its log is gone"));
    throw error;
  } finally {
    await window.close();
  }
}
