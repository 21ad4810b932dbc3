import assert from "node:assert/strict";
import { createProcessRuntime } from "../../../../src/core/adapters/process-runtime.ts";
import { parseHelp } from "../../../../src/core/serving/flags/parse-help.ts";
import { unknownFlags } from "../../../../src/core/serving/flags/unknown-flags.ts";
import { nativeLlamaServer } from "../../../support/llama.ts";
import { needs } from "../../../support/needs.ts";

const HELP = `----- common params -----

-h,    --help, --usage                  print usage and exit
-c,    --ctx-size N                     size of the prompt context (default: 0)
                                        (env: LLAMA_ARG_CTX_SIZE)
-fa,   --flash-attn [on|off|auto]       set Flash Attention use
-lm,   --load-mode MODE                 model loading mode (default: auto)
--spec-draft-n-max N                    number of tokens to draft
--no-host                               bypass host buffer allowing extra buffers to be used
--control-vector-layer-range START END
                                        layer range to apply the control vector(s) to
--draft, --draft-n, --draft-max N       the argument has been removed. use --spec-draft-n-max or
                                        --spec-ngram-mod-n-max
`;

suite("flags by the server's own help", () => {
  const help = parseHelp(HELP);

  test("every name of a flag is found, with whether a value follows", () => {
    assert.deepEqual(
      help.map(({ names, takesValue }) => [names.join(" "), takesValue]),
      [
        ["-h --help --usage", false],
        ["-c --ctx-size", true],
        ["-fa --flash-attn", true],
        ["-lm --load-mode", true],
        ["--spec-draft-n-max", true],
        ["--no-host", false],
        ["--control-vector-layer-range", true],
        ["--draft --draft-n --draft-max", true],
      ],
    );
  });

  const cases: readonly (readonly [args: string, unknown: readonly unknown[]])[] = [
    ["-c 4096 --flash-attn on --no-host", []],
    ["--ctx_size 4096", []],
    ["-c -1", []],
    ["--no-mmap", [{ flag: "--no-mmap", renamedTo: "--load-mode none", near: [] }]],
    ["--draft-max 4", [{ flag: "--draft-max", renamedTo: "--spec-draft-n-max", near: [] }]],
    ["--flash-atn on", [{ flag: "--flash-atn", near: ["--flash-attn"] }]],
    ["-zz 1 -zz 2", [{ flag: "-zz", near: [] }]],
  ];
  for (const [args, wanted] of cases)
    test(`${args} ${wanted.length === 0 ? "passes" : "is told"}`, () =>
      assert.deepEqual(unknownFlags(args.split(" "), help), wanted));

  test("a help that says nothing leaves every flag alone", () =>
    assert.deepEqual(unknownFlags(["--anything"], parseHelp("usage: nothing of use")), []));

  test("a real llama-server knows the flags we give it, and not those it has dropped", async function () {
    this.timeout(180_000);
    const server = needs(this, "llama", await nativeLlamaServer());
    const { signal } = new AbortController();
    const runtime = createProcessRuntime({ storage: "/nowhere" });
    assert.equal(await runtime.build(server.binary, signal), await runtime.build(server.binary, signal));
    const real = parseHelp(await runtime.help(server.binary, signal));
    assert.ok(real.length > 100);
    const ours =
      "-m a -c 1 -ngl 99 --fit on --fit-target 1 -ctk q8_0 -ctv q8_0 --alias x --host y --port 1 -ot a=CPU --mmproj b --embedding";
    assert.deepEqual(unknownFlags(ours.split(" "), real), []);
    assert.deepEqual(
      unknownFlags(["--nonsuch", "--ctx-sise", "1"], real).map(({ flag, near }) => [flag, near.includes("--ctx-size")]),
      [
        ["--nonsuch", false],
        ["--ctx-sise", true],
      ],
    );
  });
});
