import { fault } from "../../util/faults.ts";

/** Flags that may be given several times; in a file a key stands once, with their values in one list. */
const LISTS: ReadonlySet<string> = new Set([
  "--lora",
  "--lora-scaled",
  "--control-vector",
  "--control-vector-scaled",
  "-ot",
  "--override-tensor",
  "-otd",
  "--override-tensor-draft",
  "--override-kv",
  "-a",
  "--alias",
]);
/** A router chooses these itself for each of its models. */
const ITS_OWN: ReadonlySet<string> = new Set(["--host", "--port"]);
const KEYS_OF_SERVER: ReadonlySet<string> = new Set(["--api-key", "--api-key-file"]);

/**
 * Arguments of a llama-server as the section of a presets file: keys without dashes. What no flag follows is its value;
 * a flag alone is `true`.
 * @param model what the section is called: no alias of itself
 * @param file of the profile, for the fault: `configInvalid` where a router cannot be told
 */
export function presetOf(args: readonly string[], model: string, file: string): readonly (readonly [string, string])[] {
  const refuse = (problem: string) => fault({ code: "configInvalid", path: file, problem });
  const found = new Map<string, string>();
  for (let at = 0; at < args.length; at += 1) {
    const flag = args[at] ?? "";
    if (!isFlag(flag)) throw refuse(`A router takes flags with their values; ${flag} follows none`);
    const next = args[at + 1];
    const value = next === undefined || isFlag(next) ? undefined : next;
    if (value !== undefined) at += 1;
    if (KEYS_OF_SERVER.has(flag)) throw refuse(`${flag} has no place in a router: leave out router, or the key`);
    const isAlias = flag === "-a" || flag === "--alias";
    if (ITS_OWN.has(flag) || (isAlias && value === model)) continue;
    const unfit = value !== undefined && (/[;#\r\n\0]/.test(value) || value !== value.trim() || value === "");
    if (unfit) throw refuse(`A router cannot be told ${flag}: its value is empty, or has ; # or blanks at its ends`);
    const key = isAlias ? "alias" : flag.replace(/^--?/, "");
    const before = LISTS.has(flag) ? found.get(key) : undefined;
    found.set(key, before === undefined ? (value ?? "true") : `${before},${value ?? ""}`);
  }
  return [...found];
}

/** A negative number is a value. */
const isFlag = (arg: string): boolean => /^--?[A-Za-z]/.test(arg);

const MARK = "; modeldeck ";

/**
 * Seconds after which a router kills a model that does not end when it is unloaded; by itself it gives it ten. One with
 * an open stream seldom ends at all.
 */
export const STOP_TIMEOUT = 2;
export const STOP_TIMEOUT_KEY = "stop-timeout";

/** The presets file of a router, with the one model it is to serve, and what that was asked as for whoever takes over. */
export const presetsText = (
  model: string,
  preset: readonly (readonly [key: string, value: string])[],
  labels: Readonly<Record<string, string>>,
): string => [MARK + JSON.stringify({ model, labels }), "version = 1", "", ...sectionOf(model, preset), ""].join("\n");

/** The lines of it that are the model's. */
export const sectionOf = (
  model: string,
  preset: readonly (readonly [key: string, value: string])[],
): readonly string[] => [
  `[${model}]`,
  ...preset.map(([key, value]) => `${key} = ${value}`),
  `${STOP_TIMEOUT_KEY} = ${STOP_TIMEOUT}`,
];

/** What the file was written for; undefined where that cannot be told. */
export function presetsFor(
  text: string | undefined,
): { readonly model: string; readonly labels: Readonly<Record<string, string>> } | undefined {
  const [first = ""] = (text ?? "").split("\n");
  if (!first.startsWith(MARK)) return undefined;
  try {
    const told: unknown = JSON.parse(first.slice(MARK.length));
    if (typeof told !== "object" || told === null || !("model" in told) || !("labels" in told)) return undefined;
    const { model, labels } = told;
    if (typeof model !== "string" || typeof labels !== "object" || labels === null) return undefined;
    return { model, labels: Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, String(value)])) };
  } catch {
    return undefined;
  }
}
