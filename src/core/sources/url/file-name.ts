import { plainName } from "../plain-name.ts";

/**
 * What a file of an address is called: what its host says (RFC 6266, the extended form first), else the last part of the
 * path. Never a path, never hidden.
 */
export function fileNameOf(url: URL, disposition: string | undefined): string {
  const parts = url.pathname.split("/").filter((part) => part !== "");
  const last = parts.at(-1) ?? "";
  const named = (disposition === undefined ? undefined : ofDisposition(disposition)) ?? decoded(last) ?? last;
  const plain = plainName(named.slice(Math.max(named.lastIndexOf("/"), named.lastIndexOf("\\")) + 1));
  return plain === "" ? "download" : plain;
}

function ofDisposition(value: string): string | undefined {
  const extended = /;\s*filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(value)?.[1];
  const told = extended === undefined ? undefined : decoded(extended);
  const [, quoted, bare] = /;\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(value) ?? [];
  const name = told ?? quoted?.replaceAll(/\\(.)/g, "$1") ?? bare;
  return name === undefined || name.trim() === "" ? undefined : name;
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
