import type { ServerSpec } from "../../src/core/ports/runtime.ts";
import { type FakeBehaviour, createFakeRuntime } from "../support/fake-runtime.ts";
import { type Behaviour, runtimeContract } from "./runtime.ts";

const behaviours: Record<Behaviour, FakeBehaviour> = {
  serve: {},
  exit: { log: "one\n\u001b[31mtwo\u001b[0m\n", exit: { code: 3, oomKilled: false } },
  stubborn: { stubborn: true },
  flood: {
    log: `${`${"x".repeat(999)}\n`.repeat(18_000)}${"y".repeat(2_000_000)}\n`,
    exit: { code: 0, oomKilled: false },
  },
};

runtimeContract("the fake", async () => {
  const shared: Parameters<typeof createFakeRuntime>[1] = new Map();
  const runtime = createFakeRuntime("process", shared);
  for (const [profile, behaviour] of Object.entries(behaviours)) runtime.behave(profile, behaviour);
  const spec = (behaviour: Behaviour, port: number, binary = "fake"): ServerSpec => ({
    kind: "process",
    binary,
    group: "default",
    args: [],
    environment: {},
    hostPort: port,
    labels: { profile: behaviour },
    workingFolder: "/",
  });
  return {
    runtime,
    reopened: () => createFakeRuntime("process", shared),
    foreign: () => createFakeRuntime("process"),
    spec,
    missing: (port) => spec("serve", port, "nothing"),
    present: "fake",
    absent: "nothing",
    dispose: async () => undefined,
  };
});
