import type { DeviceUse } from "../../ports/runtime.ts";
import { isRecord } from "./parse-compose.ts";
import { isWithheldDevice } from "./withheld.ts";

/** A name of the Container Device Interface, as `vendor.com/gpu=0`. */
const CDI = /^[\w.-]+\/[\w.-]+=[\w.:-]+$/;

/** No `.` and `..`, and more than the folder itself: an engine takes a folder for all that is in it. */
const IN_DEV = /^\/dev(\/(?!\.{1,2}(\/|$))[^/\n]+)+\/?$/;

/** Files below `/dev`, and names of the Container Device Interface; anything else is told. */
export function devicesOf(given: unknown, say: (text: unknown) => string, problems: string[]): readonly DeviceUse[] {
  const devices: readonly unknown[] = Array.isArray(given) ? given : [];
  return devices.flatMap((device) => {
    const [source = "", target = "", permissions = ""] = isRecord(device)
      ? [say(device["source"]), say(device["target"]), say(device["permissions"])]
      : partsOf(say(device));
    if (CDI.test(source)) return [{ source, target: source, permissions: "rwm" }];
    if (IN_DEV.test(source) && isWithheldDevice(source)) {
      problems.push(`The device ${source} is never given to a server, and is left out`);
      return [];
    }
    if (IN_DEV.test(source) && /^(\/.*)?$/.test(target) && /^[rwm]{0,3}$/.test(permissions))
      return [{ source, target: target || source, permissions: permissions || "rwm" }];
    problems.push(`The device ${source} is no file below /dev, and is left out`);
    return [];
  });
}

/** `source`, `source:target`, `source:permissions` or all three. */
function partsOf(text: string): readonly string[] {
  if (CDI.test(text)) return [text];
  const [source = "", target = "", permissions = ""] = text.split(":");
  return target.startsWith("/") ? [source, target, permissions] : [source, "", target];
}

export const groupsOf = (given: unknown, say: (text: unknown) => string): readonly string[] =>
  Array.isArray(given) ? given.map((one: unknown) => say(one)).filter((group) => /^[\w.-]+$/.test(group)) : [];
