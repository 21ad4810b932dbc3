import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fieldOf } from "./field-of.ts";

/** How an engine is spoken to in secret. */
export interface Tls {
  /** Of `ca.pem`, `cert.pem` and `key.pem`, as far as they are there. */
  readonly folder: string;
  /** False: whoever answers is believed. */
  readonly verify: boolean;
}

/** Where docker's command keeps its settings. */
export const configFolder = (environment: Readonly<Record<string, string | undefined>>): string =>
  environment["DOCKER_CONFIG"] || path.join(environment["HOME"] || os.homedir(), ".docker");

/** How its files are read; the disk where none is given. */
export interface ContextFiles {
  /** undefined where there is no such file. */
  read(file: string): string | undefined;
  has(folder: string): boolean;
}

export interface DockerContext {
  readonly name: string;
  /** undefined where the context is not there, or names none. */
  readonly host: string | undefined;
  readonly tls: Tls | undefined;
}

/**
 * The context of docker's command that is in use: DOCKER_CONTEXT, else `currentContext` of its config.json. undefined
 * for `default` or none, which mean the usual sockets.
 */
export function contextAddress(
  environment: Readonly<Record<string, string | undefined>>,
  files: ContextFiles = onDisk,
): DockerContext | undefined {
  const folder = configFolder(environment);
  const config = parse(files.read(path.join(folder, "config.json")));
  const name = environment["DOCKER_CONTEXT"] || fieldOf(config, "currentContext");
  if (typeof name !== "string" || name === "" || name === "default") return undefined;
  const id = createHash("sha256").update(name).digest("hex");
  const endpoint = fieldOf(
    fieldOf(parse(files.read(path.join(folder, "contexts/meta", id, "meta.json"))), "Endpoints"),
    "docker",
  );
  const host = fieldOf(endpoint, "Host");
  const certificates = path.join(folder, "contexts/tls", id, "docker");
  return {
    name,
    host: typeof host === "string" && host !== "" ? host : undefined,
    tls: files.has(certificates)
      ? { folder: certificates, verify: fieldOf(endpoint, "SkipTLSVerify") !== true }
      : undefined,
  };
}

const onDisk: ContextFiles = {
  read: (file) => {
    try {
      return readFileSync(file, "utf8");
    } catch {
      return undefined;
    }
  },
  has: (folder) => existsSync(folder),
};

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
