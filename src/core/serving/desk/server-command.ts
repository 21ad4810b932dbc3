import type { ProfileValue } from "../../protocol/profiles.ts";
import { shellWords } from "../compose/command-words.ts";

/** A command line that starts a llama-server, by itself or in a container, as values of a profile. */
export function serverCommand(command: string): {
  readonly values: readonly Pick<ProfileValue, "key" | "value">[];
  readonly problems: readonly string[];
} {
  const text = command
    .split(/\r?\n/)
    .filter((line) => !line.trim().startsWith("#"))
    .join("\n");
  const words = shellWords(text);
  const problems: string[] = [];
  const [program = "", verb] = words;
  const isContainer = /(^|\/)(docker|podman)$/.test(program) && verb === "run";
  const container = isContainer ? containerWords(words.slice(2)) : undefined;
  const args = container ? container.args : words.slice(1);
  const values: Pick<ProfileValue, "key" | "value">[] = [];
  if (container) values.push({ key: "runtime", value: "container" }, { key: "image", value: container.image });
  // The default program is the setting's to name.
  else if (!/^llama-server(\.exe)?$/.test(program) && program !== "") values.push({ key: "binary", value: program });
  const rest: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    const value = args[at + 1];
    const key = KEYS[arg];
    if (key === undefined || value === undefined) {
      rest.push(arg);
      continue;
    }
    at += 1;
    if (key === "context" && /^\d+$/.test(value)) values.push({ key, value: Number(value) });
    else if (key === "model") values.push({ key, value: onThisMachine(value, container?.mounts ?? []) });
    else if (key !== "ours" && key !== "context") values.push({ key, value });
    else if (key === "context") rest.push(arg, value);
  }
  if (rest.length > 0) values.push({ key: "args", value: rest });
  if (rest.some((word) => /^(&&|\|\|?|;|>|<)$/.test(word)))
    problems.push("Its command needs a shell, which is not used here");
  return { values, problems };
}

/** Flags that are values of a profile; `ours`: the address is chosen anew at each start. */
const KEYS: Readonly<Record<string, string>> = {
  "-m": "model",
  "--model": "model",
  "-c": "context",
  "--ctx-size": "context",
  "-ngl": "gpuLayers",
  "--gpu-layers": "gpuLayers",
  "--n-gpu-layers": "gpuLayers",
  "--host": "ours",
  "--port": "ours",
};

/** Options of `docker run` that stand alone; every other one is followed by its value. */
const ALONE = /^(--rm|--init|-d|--detach|-i|-t|-it|--read-only|--privileged|--interactive|--tty|--.+=.*)$/;

function containerWords(words: readonly string[]): {
  readonly image: string;
  readonly args: readonly string[];
  readonly mounts: readonly (readonly [source: string, target: string])[];
} {
  const mounts: (readonly [string, string])[] = [];
  let at = 0;
  for (; at < words.length && (words[at] ?? "").startsWith("-"); at += 1) {
    const word = words[at] ?? "";
    const volume =
      /^(?:--volume=|-v=)(.+)$/.exec(word)?.[1] ?? (/^(-v|--volume)$/.test(word) ? words[at + 1] : undefined);
    const [source, target] = volume?.split(":") ?? [];
    if (source !== undefined && target !== undefined) mounts.push([source, target]);
    if (!ALONE.test(word)) at += 1;
  }
  return { image: words[at] ?? "", args: words.slice(at + 1), mounts };
}

function onThisMachine(path: string, mounts: readonly (readonly [source: string, target: string])[]): string {
  const found = mounts.find(([, target]) => path === target || path.startsWith(`${target.replace(/\/$/, "")}/`));
  return found ? found[0].replace(/\/$/, "") + path.slice(found[1].replace(/\/$/, "").length) : path;
}
