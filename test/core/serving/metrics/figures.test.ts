import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parsePsTimes, statSeconds } from "../../../../src/core/serving/metrics/cpu-times.ts";
import { createRequestCounts } from "../../../../src/core/serving/metrics/count-requests.ts";
import { createHistory } from "../../../../src/core/serving/metrics/history.ts";
import { parsePrometheus } from "../../../../src/core/serving/metrics/prometheus.ts";
import { ratesBetween, ratesSoFar } from "../../../../src/core/serving/metrics/rates.ts";
import { readFigures } from "../../../../src/core/serving/metrics/server-figures.ts";

/** Both were printed by a real llama-server (Debian's) after two answers. */
const captured = async (name: string): Promise<string> => readFile(path.join(import.meta.dirname, name), "utf8");
const none = new Map<string, number>();

suite("what servers tell of themselves", () => {
  test("llama-server's own numbers", async () => {
    const figures = readFigures(
      parsePrometheus(await captured("llama-server.prom")),
      JSON.parse(await captured("slots.json")),
    );
    assert.deepEqual(figures, {
      running: 0,
      promptTokens: 13,
      promptSeconds: 0.007953,
      generatedTokens: 26,
      generatedSeconds: 0.005221,
      waiting: 0,
      contextUsed: 21,
      contextSize: 512,
      underWay: new Map(),
    });
    assert.equal(Math.round(ratesSoFar(figures).generated ?? 0), 4980);
  });

  test("without its metrics the slots alone tell what is under way", () => {
    const slot = { id: 0, n_ctx: 4096, is_processing: true, id_task: 7, n_prompt_tokens: 900 };
    const at = (n_decoded: number) => readFigures(none, [{ ...slot, next_token: [{ n_decoded }] }]);
    assert.equal(at(10).running, 1);
    assert.equal(at(10).contextUsed, 900);
    assert.deepEqual(ratesBetween(at(10), at(60), 2), { generated: 25 });
  });

  test("a name with labels counts over all of them, and what is no number is passed over", () => {
    // Composed after vLLM's documentation.
    const text = `vllm:request_success_total{finished_reason="stop",model_name="a b"} 3.0
vllm:request_success_total{finished_reason="length"} 2.0
vllm:e2e_request_latency_seconds_bucket{le="0.3"} 9
vllm:num_requests_running{x="}"} NaN
garbage`;
    const found = parsePrometheus(text);
    assert.deepEqual([...found], [["vllm:request_success_total", 5]]);
    assert.equal(readFigures(found, undefined).requests, 5);
  });

  test("a server that tells nothing has no figures", () => {
    assert.deepEqual(readFigures(none, { error: "not on" }), { underWay: new Map() });
    assert.deepEqual(ratesBetween(readFigures(none, []), readFigures(none, []), 1), {});
  });

  test("rates are of what happened between two looks; a counter that fell began anew", () => {
    const figures = (generatedTokens: number, generatedSeconds: number) => ({
      generatedTokens,
      generatedSeconds,
      underWay: new Map<number, number>(),
    });
    assert.deepEqual(ratesBetween(figures(100, 10), figures(300, 14), 2), { generated: 50 });
    assert.deepEqual(ratesBetween(figures(300, 14), figures(300, 14), 2), { generated: 0 });
    assert.deepEqual(ratesBetween(figures(300, 14), figures(20, 1), 2), { generated: 20 });
  });

  test("times of processes, as Linux and ps write them", () => {
    const stat = `12 (a) b) S 1 12 12 0 -1 4194560 1 2 3 4 150 50 0 0 20 0 1 0 99 1 2`;
    assert.equal(statSeconds(stat), 2);
    assert.equal(statSeconds(""), undefined);
    assert.deepEqual(parsePsTimes("  0:01.50\n 1-02:03:04\n\n0:120\nno\n"), [1.5, 93_784, 120]);
  });
});

suite("the last ten minutes of a server", () => {
  const second = 1000;

  test("what was not looked at is a gap, and of several looks in five seconds the busiest counts", () => {
    const history = createHistory();
    history.note(0, 10, 100);
    history.note(2 * second, 40, 110);
    history.note(4 * second, 0, 120);
    history.note(16 * second, undefined, undefined);
    assert.deepEqual(history.read(16 * second), {
      everySeconds: 5,
      generatedPerSecond: [40, null, null, null],
      memoryBytes: [120, null, null, null],
    });
  });

  test("what is older goes", () => {
    const history = createHistory();
    for (let at = 0; at < 1200; at += 5) history.note(at * second, at, at);
    const { generatedPerSecond } = history.read(1195 * second);
    assert.equal(generatedPerSecond.length, 120);
    assert.equal(generatedPerSecond[0], 600);
    assert.equal(
      history.read(5000 * second).generatedPerSecond.every((value) => value === null),
      true,
    );
  });
});

suite("requests, counted by what a llama-server says of its slots", () => {
  // As a real one wrote it.
  const end = "0.00.644.102 I slot      release: id  0 | task 0 | stop processing: n_tokens = 18, truncated = 0";
  const batch = (first: number, ...lines: readonly string[]) => ({ server: "default", first, lines });

  test("since it was started, and anew with the next one", () => {
    const counts = createRequestCounts();
    counts.hear(batch(0, "--- Switching to Tiny ---", "loading", end));
    counts.hear(batch(3, end, "all slots are idle"));
    assert.equal(counts.of("default"), 2);
    counts.hear(batch(5, "--- Switching to Other ---"));
    assert.equal(counts.of("default"), 0);
    assert.equal(counts.of("embed"), undefined);
  });

  test("of one whose log was not seen from the start, or not all of it, nobody knows", () => {
    const counts = createRequestCounts();
    counts.hear(batch(40, end));
    assert.equal(counts.of("default"), undefined);
    counts.hear(batch(41, "--- Switching to Tiny ---", end));
    assert.equal(counts.of("default"), 1);
    counts.hear(batch(9000, end));
    assert.equal(counts.of("default"), undefined);
  });
});
