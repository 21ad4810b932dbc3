/**
 * What llama-server's flags were called before and are called now, either way round: which name a build knows is for
 * its help to say. Of a flag with several names the help itself lists the others. From the changes of common/arg.cpp.
 */
const SAME: readonly (readonly string[])[] = [
  ["--no-mmap", "--load-mode none"],
  ["--mmap", "--load-mode mmap"],
  ["--mlock", "--load-mode mlock"],
  ["--direct-io", "-dio", "--load-mode dio"],
  ["--draft", "--draft-n", "--draft-max", "--spec-draft-n-max"],
  ["--draft-min", "--draft-n-min", "--spec-draft-n-min"],
  ["--draft-p-min", "--spec-draft-p-min"],
  ["--draft-p-split", "--spec-draft-p-split"],
  ["-md", "--model-draft", "--spec-draft-model"],
  ["-ngld", "--gpu-layers-draft", "--n-gpu-layers-draft", "--spec-draft-ngl"],
  ["-devd", "--device-draft", "--spec-draft-device"],
  ["-ctkd", "--cache-type-k-draft", "--spec-draft-type-k"],
  ["-ctvd", "--cache-type-v-draft", "--spec-draft-type-v"],
  ["-cmoed", "--cpu-moe-draft", "--spec-draft-cpu-moe"],
  ["-td", "--threads-draft", "--spec-draft-threads"],
  ["--webui", "--ui"],
  ["--no-webui", "--no-ui"],
  ["--webui-config", "--ui-config"],
  ["--slots-endpoint-disable", "--no-slots"],
  ["--top-nsigma", "--top-n-sigma"],
  ["--typical", "--typical-p"],
  ["--log-verbosity", "--verbosity", "-lv"],
  ["--swa-checkpoints", "--ctx-checkpoints", "-ctxcp"],
  ["--n-gpu-layers", "--gpu-layers", "-ngl"],
  ["--spec-ngram-size-n", "--spec-ngram-simple-size-n"],
  ["--spec-ngram-size-m", "--spec-ngram-simple-size-m"],
  ["--spec-ngram-min-hits", "--spec-ngram-simple-min-hits"],
];

/** Other ways to write the flag, those that a help could know. */
export const otherNames = (flag: string): readonly string[] =>
  SAME.filter((names) => names.includes(flag)).flatMap((names) => names.filter((name) => name !== flag));
