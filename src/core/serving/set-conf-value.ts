import { fault } from "../util/faults.ts";
import { parseConf } from "./models-conf.ts";

/**
 * The file with one value changed, added, or (undefined) taken out with its line; every other byte stays, whatever
 * it is. @throws FaultError `configInvalid` where the section is absent or the value cannot stand on one line
 */
export function setConfValue(
  content: Uint8Array,
  section: string,
  key: string,
  value: string | undefined,
  path = "models.conf",
): Uint8Array {
  const text = Buffer.from(content).toString("latin1");
  const found = parseConf(text).sections.find((one) => one.id === section);
  if (!found) throw fault({ code: "configInvalid", path, problem: `There is no [${section}]` });
  if (!/^[A-Z_][A-Z0-9_]*$/.test(key)) throw fault({ code: "configInvalid", path, problem: `“${key}” is no key` });
  const pair = found.pairs.get(key);
  if (value === undefined) return pair ? splice(content, ...lineOf(text, pair.from), "") : content;
  if (/[\r\n\0]/.test(value) || value !== value.replaceAll(/^[ \t]+|[ \t]+$/g, ""))
    throw fault({
      code: "configInvalid",
      path,
      problem: `The value of ${key} takes one line without blanks at its ends`,
    });
  if (pair) return splice(content, pair.from, pair.to, value);
  // What ended the line before it then ends the new one.
  return splice(content, found.end, found.end, `${/\r\n/.test(text) ? "\r\n" : "\n"}${key}=${value}`);
}

function lineOf(text: string, at: number): readonly [from: number, to: number] {
  const from = text.lastIndexOf("\n", at - 1) + 1;
  const newline = text.indexOf("\n", at);
  // The last line has no end of its own: the one before it goes along.
  if (newline < 0) return [Math.max(0, from - (text.slice(0, from).endsWith("\r\n") ? 2 : 1)), text.length];
  return [from, newline + 1];
}

const splice = (content: Uint8Array, from: number, to: number, text: string): Uint8Array =>
  Buffer.concat([content.subarray(0, from), Buffer.from(text, "utf8"), content.subarray(to)]);
