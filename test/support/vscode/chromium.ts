import { type Browser, chromium } from "playwright-core";
import { type Available, unavailable } from "../available.ts";
import { exists } from "../cache-folder.ts";
import { onPath } from "../command.ts";
import { aptInstall } from "../debian.ts";

const places = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
  String.raw`C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`,
];

/** CHROMIUM_PATH, else a browser that is installed, else Debian's, installed as root. */
export async function findChromium(): Promise<Available<{ readonly chromium: string }>> {
  const told = process.env["CHROMIUM_PATH"];
  if (told)
    return (await exists(told)) ? { ok: true, chromium: told } : unavailable(`CHROMIUM_PATH=${told} is not there`);
  const there = await installed();
  if (there !== undefined) return { ok: true, chromium: there };
  const added = await aptInstall(["chromium", "fonts-dejavu-core"], "the workbench is driven through a browser");
  if (!added.ok) return unavailable(`no Chromium is installed, and ${added.reason}`);
  const now = await installed();
  return now === undefined ? unavailable("the package chromium brought no chromium") : { ok: true, chromium: now };
}

async function installed(): Promise<string | undefined> {
  const found = await onPath("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge");
  if (found !== undefined) return found;
  for (const place of places) if (await exists(place)) return place;
  return undefined;
}

export const launchChromium = (executablePath: string): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      // Chromium's sandbox refuses root.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      "--disable-dev-shm-usage",
      "--disable-gpu",
      // Nothing but loopback resolves: the workbench reaches no gallery, no experiment and no telemetry host.
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    ],
  });
