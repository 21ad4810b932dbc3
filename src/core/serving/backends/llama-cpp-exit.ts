import type { ServerExit } from "../../ports/runtime.ts";
import type { Fault } from "../../util/faults.ts";
import type { Asked } from "../backend.ts";
import { fileName } from "../model-path.ts";

/** Told by CUDA, HIP, Vulkan, Metal and SYCL where the model, its cache or its buffers do not fit. */
const GPU_FULL =
  /(cuda|hip|vulkan|metal|sycl|musa|vk::|device).*(out of (device )?memory|OutOfDeviceMemory|OutOfMemory)|(cuda|hip)Malloc failed|(failed to allocate|unable to allocate|allocating) .*\b(CUDA|ROCm|HIP|Vulkan|Metal|MTL|SYCL|MUSA|GPU)\w*.*buffer|ErrorOutOfDeviceMemory/i;
const HOST_FULL =
  /std::bad_alloc|cannot allocate memory|(failed|unable) to allocate .*\bCPU\w* .*buffer|failed to allocate buffer of size/i;
const DAMAGED =
  /invalid magic|not within the file bounds|corrupted or incomplete|check_tensor_dims|missing tensor|wrong number of tensors|gguf_init_from\w*: failed to read|failed to read (the )?(key|tensor|magic|header)|not a GGUF|invalid split file|duplicated? tensor/i;
const LEVELLED = /^[\d.]+ [A-Z] /;
const OF_ERROR = /^[\d.]+ E /;
const SPEAKS_OF_ERROR = /\b(error|fail(ed|ure)?|fatal|abort)\b/i;

/** What the log and the exit code of a llama-server say together. */
export function explainLlamaExit(
  { code, oomKilled }: ServerExit,
  log: readonly string[],
  asked: Asked,
  loading = false,
): Fault {
  const logTail = log.slice(-40);
  const find = (pattern: RegExp): RegExpExecArray | undefined =>
    log.map((line) => pattern.exec(line)).find((match) => match !== null) ?? undefined;
  const server = asked.title;
  const model = fileName(asked.modelPath);

  const flag = find(/error: (?:invalid|unknown) argument:? (\S+)/)?.[1];
  if (flag !== undefined) return { code: "flagUnknown", flag };
  if (find(GPU_FULL)) return { code: "outOfMemory", server, where: "gpu", logTail };
  // 137 is a SIGKILL; where no one can say who sent it, it is most of all the system's, for want of memory.
  if (oomKilled === true || (code === 137 && oomKilled === undefined) || find(HOST_FULL))
    return { code: "outOfMemory", server, where: "host", logTail };
  const isSilent = loading && asked.router !== undefined && code === 1 && isCutOff(log);
  if (isSilent && oomKilled !== false) return { code: "outOfMemory", server, where: "host", logTail };
  const port = find(/couldn't bind .*port:? ?(\d+)/)?.[1];
  if (port !== undefined) return { code: "portInUse", port: Number(port) };
  const absent = find(/failed to open (?:GGUF )?file '?([^']+)'? ?\(?([^)]*)/i);
  if (absent) return { code: "fileUnreadable", path: absent[1] ?? model, reason: absent[2] || "it cannot be opened" };
  const damage = log.find((line) => DAMAGED.test(line));
  if (damage !== undefined) return { code: "formatInvalid", what: model, reason: withoutPrefix(damage) };
  const crash = isSilent ? "silent" : CRASHES.get(code);
  const reason = tellingLine(log, code);
  return { code: "serverExited", server, exitCode: code, reason, ...(crash && { crash }), logTail };
}

/** By their signals, 11 and 4; Windows has exceptions in their place, an access violation and an illegal instruction. */
const CRASHES: ReadonlyMap<number | null, "segmentation" | "instruction"> = new Map([
  [139, "segmentation"],
  [0xc000_0005, "segmentation"],
  [132, "instruction"],
  [0xc000_001d, "instruction"],
]);

/**
 * A router tells 1 of a process that was killed, too. One that fails by itself says why; one that ends in the middle of
 * its load without a word was ended, most of all for want of memory, unless the system says that it ended nobody.
 */
const isCutOff = (log: readonly string[]): boolean =>
  !log.some((line) => OF_ERROR.test(line) || (!LEVELLED.test(line) && SPEAKS_OF_ERROR.test(line)));

/** The first line that speaks of an error has the cause; the last one only that it ends. */
function tellingLine(log: readonly string[], code: number | null): string {
  const first = log.find((line) => OF_ERROR.test(line)) ?? log.find((line) => SPEAKS_OF_ERROR.test(line));
  if (first !== undefined) return withoutPrefix(first);
  if (code === 137) return "it was killed";
  return withoutPrefix(log.findLast((line) => line.trim() !== "") ?? "it wrote nothing");
}

/** `MIN.SEC.MS.US LEVEL` and the name of the function say nothing to a person. */
const withoutPrefix = (line: string): string =>
  line
    .replace(/^\d+(\.\d+){3} [A-Z] /, "")
    .replace(/^(\w+ {2,})?\w+: (?=.*[a-z])/, "")
    .replace(/^error: /i, "")
    .trim();
