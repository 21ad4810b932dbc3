import assert from "node:assert/strict";
import { servingItem, servingLinks } from "../../../src/core/present/serving-words.ts";
import { aServer } from "../../support/samples.ts";

suite("the status bar's words for what is served", () => {
  test("nothing served is said, and serving something is one click away", () => {
    const item = servingItem({ servers: [] });
    assert.equal(item.text, "$(circle-outline) No model");
    assert.match(item.tooltip, /\(command:modelDeck\.serving\.switch\)/);
    assert.equal(item.alarm, false);
  });

  test("a ready model stands by its name, with what was loaded and what differs in the tooltip", () => {
    const item = servingItem({
      servers: [
        aServer({
          readBack: { context: 8192, slots: 4 },
          differences: [{ what: "context", asked: 32768, got: 8192 }],
        }),
      ],
    });
    assert.equal(item.text, "$(server-process) Tiny Model · context 8k of 32k");
    assert.match(item.tooltip, /Context: 8,192 tokens/);
    assert.match(item.tooltip, /context: asked for 32768, got 8192/);
    assert.match(item.tooltip, /`http:\/\/127\.0\.0\.1:8080`/);
    assert.match(item.tooltip, /command:modelDeck\.serving\.stop/);
  });

  test("a model of a router is told with it, and a router without one can be stopped", () => {
    const served = servingItem({ servers: [aServer({ router: "fast" })] });
    assert.deepEqual(
      [served.text, served.spoken],
      ["$(server-process) Tiny Model · router fast", "Tiny Model is ready, in the router fast"],
    );
    assert.match(served.tooltip, /\[Unload\]\(command:modelDeck\.serving\.stop\)/);
    const reason = { code: "outOfMemory", message: "Another one ran out of memory.", facts: {} } as const;
    const again = servingItem({ servers: [aServer({ router: "fast", reason })] });
    assert.equal(again.text, "$(warning) Tiny Model · router fast");
    const idle = servingItem({ servers: [aServer({ state: "off", router: "fast" })] });
    assert.equal(idle.text, "$(circle-outline) No model");
    assert.match(idle.tooltip, /The router fast stays up without a model\./);
    assert.match(idle.tooltip, /command:modelDeck\.serving\.stop/);
  });

  test("a switch spins, says its step, and can be cancelled", () => {
    const status = (server: Parameters<typeof aServer>[0]): ReturnType<typeof servingItem> =>
      servingItem({ servers: [aServer(server)], switching: { to: "tiny", group: "default" } });
    assert.equal(
      status({ state: "loading", progress: { kind: "bytes", done: 430, total: 1000 } }).text,
      "$(loading~spin) Tiny Model · loading 43 %",
    );
    assert.equal(status({ state: "starting" }).text, "$(loading~spin) Tiny Model · starting");
    assert.match(status({ state: "starting" }).tooltip, /command:modelDeck\.serving\.cancel/);
    // The old one still runs: the new one is being checked.
    assert.equal(status({ profile: "other", title: "Other" }).text, "$(loading~spin) tiny · checking");
    assert.equal(status({ profile: "other", state: "stopping" }).text, "$(loading~spin) tiny · stopping");
  });

  test("progress by time says so, and says no number past the usual time", () => {
    const text = (done: number): string =>
      servingItem({
        servers: [aServer({ state: "loading", progress: { kind: "time", done, total: 1000 } })],
        switching: { to: "tiny", group: "default" },
      }).text;
    assert.match(text(500), /loading 50 % of its usual time$/);
    assert.match(text(1500), /loading$/);
  });

  test("bytes that are all there are not called all before it is ready", () => {
    const { text } = servingItem({
      servers: [aServer({ state: "loading", progress: { kind: "bytes", done: 1000, total: 1000 } })],
    });
    assert.match(text, /99 %/);
  });

  test("a failure alarms, with the reason and the next step in the tooltip", () => {
    const reason = {
      code: "portInUse",
      message: "Port 8080 is taken.",
      remedy: "Stop it, or choose another port.",
      facts: {},
    };
    const item = servingItem({ servers: [aServer({ state: "failed", reason })] });
    assert.equal(item.text, "$(error) Tiny Model");
    assert.equal(item.alarm, true);
    assert.match(item.tooltip, /Port 8080 is taken\\\.[^]*Stop it, or choose another port/);
  });

  test("a server whose engine is away is not said to have failed, nor to be ready", () => {
    const reason = {
      code: "engineUnreachable",
      message: "No engine answers.",
      remedy: "Start it.",
      facts: {},
    } as const;
    const item = servingItem({ servers: [aServer({ state: "failed", reason })] });
    assert.match(item.text, /^\$\(debug-disconnect\) .* · engine away$/);
    assert.match(item.tooltip, /No engine answers/);
    assert.equal(item.alarm, true);
  });

  test("one on another machine says so, and whose GPUs the figures are", () => {
    const { tooltip } = servingItem({ servers: [aServer({ host: "gpubox" })] });
    assert.match(tooltip, /Runs on gpubox; load and memory of GPUs are this machine's/);
  });

  test("a model that came back after a failed switch is marked, and alarms no more", () => {
    const reason = { code: "serverExited", message: "It ended.", facts: {} };
    const item = servingItem({ servers: [aServer({ reason })] });
    assert.equal(item.text, "$(warning) Tiny Model");
    assert.equal(item.alarm, false);
  });

  test("less than was asked for is yellow, with what it is", () => {
    const differences = [{ what: "context", asked: 8192, got: 4096 }];
    const item = servingItem({ servers: [aServer({ differences })] });
    assert.equal(item.text, "$(server-process) Tiny Model · context 4k of 8k");
    assert.equal(item.alarm, true);
    assert.match(item.tooltip, /context: asked for 8192, got 4096/);
  });

  test("names from files bring neither icons, links nor pictures", () => {
    const item = servingItem({ servers: [aServer({ title: "$(trash) [x](command:evil) ![p](http://h/p.png) <b>" })] });
    assert.ok(!item.text.slice("$(server-process)".length).includes("$("));
    assert.ok(!/(?<!\\)\[x(?<!\\)\]/.test(item.tooltip));
    assert.ok(!item.tooltip.includes("<b>"));
  });

  test("every link of a tooltip is one the shell allows", () => {
    const tooltips = [
      servingItem({ servers: [] }),
      servingItem({ servers: [aServer()] }),
      servingItem({ servers: [aServer()], switching: { to: "x", group: "default" } }),
    ].map(({ tooltip }) => tooltip);
    const used = tooltips.flatMap((tooltip) => [...tooltip.matchAll(/command:([\w.]+)/g)].map(([, id = ""]) => id));
    assert.deepEqual([...new Set(used)].sort(), [...servingLinks].sort());
  });
});
