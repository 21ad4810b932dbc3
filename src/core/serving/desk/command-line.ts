import type { ServerSpec } from "../../ports/runtime.ts";
import type { CommandLine } from "../../protocol/profiles.ts";
import { deviceWords } from "./gpu-words.ts";

/** The exact command of a spec, as a person could run it. @param windows whose shell is PowerShell */
export function commandLine(spec: ServerSpec, windows: boolean): CommandLine {
  const quote = windows ? quoteForPowerShell : quoteForShell;
  const { args, environment } = spec;
  if (spec.kind === "process") {
    const variables = Object.entries(environment).map(([name, value]) =>
      windows ? `$env:${name}=${quoteForPowerShell(value, true)};` : `${name}=${quote(value)}`,
    );
    const program = quote(spec.binary);
    // A quoted program is a text to PowerShell until it is called.
    const call = windows && program.startsWith("'") ? ["&", program] : [program];
    const text = [...variables, ...call, ...args.map((arg) => quote(arg))].join(" ");
    return { runtime: "process", program: spec.binary, args, environment, text };
  }
  const words = [
    "docker",
    "run",
    "--rm",
    "--init",
    ...(spec.user === undefined ? [] : ["--user", spec.user]),
    ...(spec.hardening.readOnlyRoot ? ["--read-only"] : []),
    ...Object.entries(spec.hardening.temporary).flatMap(([folder, size]) => ["--tmpfs", `${folder}:size=${size}`]),
    "--pids-limit",
    String(spec.hardening.processLimit),
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
    ...deviceWords(spec),
    ...Object.entries(environment).flatMap(([name, value]) => ["-e", `${name}=${value}`]),
    ...(spec.without ?? []).flatMap((name) => ["-e", name]),
    ...spec.mounts.flatMap(({ source, target }) => ["--mount", `type=bind,src=${source},dst=${target},readonly`]),
    "-w",
    spec.workingFolder,
    "-p",
    `${bracketed(spec.publish ?? "127.0.0.1")}:${spec.hostPort}:${spec.containerPort}`,
    spec.image,
    ...args,
  ];
  const text = words.map((word) => quote(word)).join(" ");
  return { runtime: "container", program: spec.image, args, environment, text };
}

const bracketed = (address: string): string => (address.includes(":") ? `[${address}]` : address);

export const quoteForShell = (word: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

export const quoteForPowerShell = (word: string, always = false): string =>
  !always && /^[A-Za-z0-9_+=:./\\-]+$/.test(word) ? word : `'${word.replaceAll("'", "''")}'`;
