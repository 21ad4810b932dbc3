import type { PullProgress } from "../ports/images.ts";
import { type Fault, fault } from "../util/faults.ts";
import { bytes } from "../util/ids.ts";
import { fieldOf } from "./field-of.ts";

/** Adds up the lines of an engine's answer to a pull. @throws FaultError for a line that tells why it failed */
export function createPullProgress(image: string): (line: unknown) => PullProgress | undefined {
  const layers = new Map<string, { readonly done: number; readonly total: number }>();
  return (line) => {
    const problem = fieldOf(line, "error");
    if (typeof problem === "string") throw fault(pullFault(image, problem));
    const id = fieldOf(line, "id");
    if (typeof id !== "string") return undefined;
    const detail = fieldOf(line, "progressDetail");
    const [current, total] = [fieldOf(detail, "current"), fieldOf(detail, "total")];
    const status = fieldOf(line, "status");
    const known = layers.get(id);
    // Unpacking counts the same bytes once more.
    if (status === "Downloading" && typeof current === "number" && typeof total === "number")
      layers.set(id, { done: Math.max(current, known?.done ?? 0), total });
    else if (known && (status === "Download complete" || status === "Pull complete"))
      layers.set(id, { ...known, done: known.total });
    else return undefined;
    const sum = (of: "done" | "total") => bytes([...layers.values()].reduce((all, layer) => all + layer[of], 0));
    return { done: sum("done"), total: sum("total") };
  };
}

/** What an engine says when it cannot have an image, as a fault. */
export function pullFault(image: string, words: string): Fault {
  const reason = words.trim();
  const host = registryOf(image);
  if (/toomanyrequests|rate limit|429/i.test(reason))
    return { code: "forbidden", host, reason: "its limit of downloads is reached; sign in to it, or wait some hours" };
  if (
    /no matching manifest|does not match the (specified|wanted) platform|no image found in (image index|manifest list)/i.test(
      reason,
    )
  )
    return { code: "formatInvalid", what: image, reason: "there is none for this machine's processor" };
  if (/no space left/i.test(reason)) return { code: "diskFull", path: image, needed: bytes(0), free: bytes(0) };
  if (
    /manifest (for .* )?(not found|unknown)|name unknown|not found|does not exist/i.test(reason) &&
    !/denied/i.test(reason)
  )
    return { code: "notFound", what: "program", name: image };
  if (/unauthorized|denied|authentication required|401|403/i.test(reason))
    return { code: "forbidden", host, reason: "there is no such image, or it wants a login" };
  return { code: "network", host, reason };
}

/** The first part of a name is a host where it looks like one. */
function registryOf(image: string): string {
  const [first = "", ...rest] = image.split("/");
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : "Docker Hub";
}
