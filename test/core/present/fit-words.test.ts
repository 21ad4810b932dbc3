import assert from "node:assert/strict";
import { fitBadge, fitTable, fitWords, needWords } from "../../../src/core/present/fit-words.ts";
import { aFit, aNeed } from "../../support/samples.ts";

const GIB = 2 ** 30;

suite("fit in words", () => {
  test("each verdict is one sentence that names the device", () => {
    assert.equal(fitWords(aFit()), "Fits NVIDIA H200 with 12 GB to spare");
    assert.equal(
      fitWords(aFit({ verdict: { kind: "fitsWith", context: 24_576 } })),
      "Fits NVIDIA H200 with context up to 24,576",
    );
    assert.equal(
      fitWords(aFit({ verdict: { kind: "offload", gpuLayers: 21, layers: 33 } })),
      "NVIDIA H200: needs 12 of 33 layers on the CPU",
    );
    assert.match(fitWords(aFit({ verdict: { kind: "offload", gpuLayers: 0, layers: 33 } })), /all 33 need the CPU/);
    assert.equal(
      fitWords(aFit({ verdict: { kind: "no" }, memoryFree: 8 * GIB })),
      "Does not fit NVIDIA H200: needs 12 GB, free are 8 GB",
    );
    assert.match(fitWords(aFit({ verdict: { kind: "unknown" } })), /is not known/);
    assert.equal(fitWords(aFit({ device: "cpu", name: "CPU" })), "Fits this machine's memory with 12 GB to spare");
  });

  test("what it needs says whether it was measured, and how sure that is", () => {
    assert.equal(needWords(aNeed()), "12 GB at 8,192 tokens · estimated ± 15 %");
    assert.equal(needWords(aNeed({ basis: "measured", uncertainty: 0.03 })), "12 GB at 8,192 tokens · measured ± 3 %");
  });

  test("the badge is of the device where it fits best, and warns unless it fits as asked", () => {
    const no = aFit({ device: "GPU-2", name: "small", verdict: { kind: "no" } });
    assert.deepEqual(fitBadge([no, aFit()]), {
      words: "fits",
      sentence: "Fits NVIDIA H200 with 12 GB to spare",
      warns: false,
    });
    assert.deepEqual(
      fitBadge([no, aFit({ verdict: { kind: "fitsWith", context: 24_576 } })])?.words,
      "fits up to 24,576 tokens",
    );
    assert.equal(fitBadge([no])?.warns, true);
    assert.equal(fitBadge([]), undefined);
    assert.equal(fitBadge([aFit({ verdict: { kind: "unknown" } })]), undefined);
  });

  test("a device's name cannot draw anything", () => {
    assert.ok(!fitTable([aFit({ name: "[x](command:y) | z" })]).includes("[x]("));
    assert.equal(fitTable([]), "");
  });
});
