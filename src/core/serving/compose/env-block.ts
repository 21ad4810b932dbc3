import type { Files } from "../../ports/files.ts";
import { fault } from "../../util/faults.ts";
import { bytes } from "../../util/ids.ts";

const BEGIN = "# >>> Model Deck >>> written anew at each switch";
const END = "# <<< Model Deck <<<";
const LARGEST = bytes(2 ** 20);

/** Our block as it stood before a switch, and as the switch has it; plain JSON, so that a journal can keep it. */
export interface EnvFileBefore {
  /** Absolute. */
  readonly file: string;
  /** False where there was no such file. */
  readonly existed: boolean;
  /** Base64 of our block with its markers; absent where there was none. */
  readonly block?: string | undefined;
  /** The line's end that had to be put behind its last line, as it had none. */
  readonly gap?: string | undefined;
  /** Base64 of the block that takes its place. */
  readonly wrote: string;
}

/** What a switch is about to do to a `.env`; nothing is written yet. */
export interface EnvFilePlan {
  /** What `restoreEnvFile` needs to put it back. */
  readonly before: EnvFileBefore;
  /** undefined where the file is so already. */
  readonly content: Uint8Array | undefined;
}

/**
 * The variables in our block of the `.env` beside a compose file; every byte outside of it stays.
 * @throws FaultError `configInvalid` where a value cannot stand there
 */
export async function planEnvFile(
  file: string,
  variables: Readonly<Record<string, string>>,
  files: Pick<Files, "readBytes">,
): Promise<EnvFilePlan> {
  const content = await files.readBytes(file, LARGEST);
  const text = latin1(content);
  const found = findBlock(text);
  const after = withEnvBlock(content ?? new Uint8Array(), variables, file);
  const gap = found ? "" : gapAfter(text);
  return {
    before: {
      file,
      existed: content !== undefined,
      wrote: blockIn(latin1(after)) ?? "",
      ...(found && { block: blockIn(text) }),
      ...(gap !== "" && { gap }),
    },
    content: content && Buffer.from(after).equals(content) ? undefined : after,
  };
}

/**
 * Puts our block back as it was, where it is still the one that was written; what was changed outside of it meanwhile
 * stays. Idempotent.
 */
export async function restoreEnvFile(
  before: EnvFileBefore,
  files: Pick<Files, "readBytes" | "replace" | "remove">,
): Promise<void> {
  const content = await files.readBytes(before.file, LARGEST);
  if (content === undefined) return;
  const text = latin1(content);
  const found = findBlock(text);
  if (!found || blockIn(text) !== before.wrote) return;
  const block = before.block === undefined ? "" : Buffer.from(before.block, "base64").toString("latin1");
  const { gap = "" } = before;
  const above = text.slice(0, found.from);
  // What was written behind it since needs the line's end.
  const isGap = found.to === text.length && block === "" && gap !== "" && above.endsWith(gap);
  const restored = (isGap ? above.slice(0, -gap.length) : above) + block + text.slice(found.to);
  if (restored === text) return;
  if (restored === "" && !before.existed) await files.remove(before.file);
  else await files.replace(before.file, Buffer.from(restored, "latin1"));
}

/** The file with our block in place of the one it has, else at its end. @param path for the fault alone */
export function withEnvBlock(
  content: Uint8Array,
  variables: Readonly<Record<string, string>>,
  path = ".env",
): Uint8Array {
  const text = latin1(content);
  const newline = newlineOf(text);
  const found = findBlock(text);
  const lines = Object.entries(variables).map(([name, value]) => {
    const quoted = quote(value);
    if (quoted === undefined || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      throw fault({
        code: "configInvalid",
        path,
        problem: `${name} holds what no .env file can: a line's end or a NUL`,
      });
    return Buffer.from(`${name}=${quoted}`, "utf8").toString("latin1");
  });
  const block = [BEGIN, ...lines, END].join(newline) + newline;
  if (!found) return Buffer.from(text + gapAfter(text) + block, "latin1");
  return Buffer.from(text.slice(0, found.from) + block + text.slice(found.to), "latin1");
}

const newlineOf = (text: string): string => (text.includes("\r\n") ? "\r\n" : "\n");
const gapAfter = (text: string): string => (text === "" || text.endsWith("\n") ? "" : newlineOf(text));

/** What others wrote. */
export function outsideOfBlock(text: string): string {
  const found = findBlock(text);
  return found ? text.slice(0, found.from) + text.slice(found.to) : text;
}

/** Base64. */
function blockIn(text: string): string | undefined {
  const found = findBlock(text);
  return found && Buffer.from(text.slice(found.from, found.to), "latin1").toString("base64");
}

function findBlock(text: string): { readonly from: number; readonly to: number } | undefined {
  const begin = startOfLine(text, BEGIN, 0);
  if (begin < 0) return undefined;
  const end = startOfLine(text, END, begin);
  // Someone took its end away: only what is surely ours goes.
  const stop = end < 0 ? begin + BEGIN.length : end + END.length;
  const newline = /^[^\n]*\n/.exec(text.slice(stop))?.[0] ?? text.slice(stop);
  return { from: begin, to: stop + newline.length };
}

function startOfLine(text: string, marker: string, from: number): number {
  for (let at = text.indexOf(marker, from); at >= 0; at = text.indexOf(marker, at + 1))
    if (at === 0 || text[at - 1] === "\n") return at;
  return -1;
}

/** Within single quotes Compose takes everything as it is. */
function quote(value: string): string | undefined {
  if (/[\r\n\0]/.test(value)) return undefined;
  if (/^[A-Za-z0-9_./:@%+,=-]*$/.test(value)) return value;
  if (!value.includes("'")) return `'${value}'`;
  return `"${value.replaceAll(/["\\$]/g, String.raw`\$&`)}"`;
}

const latin1 = (content: Uint8Array | undefined): string => Buffer.from(content ?? new Uint8Array()).toString("latin1");
