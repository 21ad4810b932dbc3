import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { prove, proves } from "../../../src/core/adapters/owner-key.ts";
import { differingSettings } from "../../../src/core/owner/differing-settings.ts";
import { compareVersions, parseHello, parseReply, termsFor } from "../../../src/core/owner/handshake.ts";
import type { WindowLine } from "../../../src/core/owner/line.ts";
import { mergeEvents } from "../../../src/core/owner/merge-events.ts";
import { createPulse } from "../../../src/core/owner/pulse.ts";
import { createWindowSecrets } from "../../../src/core/owner/window-secrets.ts";
import { millis } from "../../../src/core/util/ids.ts";

suite("the heartbeat of an owner", () => {
  const beats = (pulse: ReturnType<typeof createPulse>, from: number, count: number, every = 1000): readonly string[] =>
    Array.from({ length: count }, (_, index) => pulse.beat(millis(from + (index + 1) * every)));

  test("an owner that says nothing for five beats is lost, and not before", () => {
    assert.deepEqual(beats(createPulse(millis(0)), 0, 5), ["alive", "alive", "alive", "alive", "lost"]);
  });

  test("what was missed before counts", () => {
    assert.deepEqual(beats(createPulse(millis(0), 3), 0, 2), ["alive", "lost"]);
  });

  test("a time in which we ourselves slept does not count", () => {
    const pulse = createPulse(millis(0));
    beats(pulse, 0, 4);
    assert.equal(pulse.beat(millis(28_800_000)), "alive");
    assert.deepEqual(beats(pulse, 28_800_000, 5), ["alive", "alive", "alive", "alive", "lost"]);
  });
});

suite("the handshake of owner and window", () => {
  test("versions compare by their numbers", () => {
    assert.ok(compareVersions("1.10.0", "1.9.9") > 0);
    assert.ok(compareVersions("0.9.0", "1.0") < 0);
    assert.equal(compareVersions("1.0.0", "1.0"), 0);
    assert.equal(compareVersions("1.0.0-rc.1", "1.0.0"), 0);
    assert.equal(compareVersions("", ""), 0);
  });

  test("the newer one owns; an older one follows where it is understood", () => {
    const build = (version: string, wire = 1) => ({ version, wire });
    assert.equal(termsFor(build("1.0.0"), build("1.0.1")), "yields");
    assert.equal(termsFor(build("1.0.1"), build("1.0.0")), "welcome");
    assert.equal(termsFor(build("1.0.0"), build("1.0.0")), "welcome");
    assert.equal(termsFor(build("1.0.1", 2), build("1.0.0", 1)), "skew");
    assert.equal(termsFor(build("1.0.0", 1), build("1.0.0", 2)), "yields");
  });

  test("who names no release is neither older nor newer", () => {
    const build = (version: string, wire = 1) => ({ version, wire });
    assert.equal(termsFor(build(""), build("1.0.0")), "welcome");
    assert.equal(termsFor(build("1.0.0"), build("")), "welcome");
    assert.equal(termsFor(build("", 1), build("1.0.0", 2)), "yields");
  });

  test("lines that are none are passed over", () => {
    for (const text of ["", "{", "[]", '{"version":"1"}', '{"kind":"welcome","proof":1}', '{"kind":"x"}']) {
      assert.equal(parseHello(text), undefined);
      assert.equal(parseReply(text), undefined);
    }
  });

  test("a proof is of one key, one end and one nonce", () => {
    const proof = prove("key", "window", "nonce");
    assert.ok(proves(proof, "key", "window", "nonce"));
    assert.equal(proves(proof, "key", "owner", "nonce"), false);
    assert.equal(proves(proof, "other", "window", "nonce"), false);
    assert.equal(proves(proof, "key", "window", "another"), false);
    assert.equal(proves(createHmac("sha256", "key").update("window ").digest("hex"), "key", "window", ""), false);
  });
});

suite("what crosses between windows", () => {
  test("news of one turn are told once, with all names, and log lines are all told", () => {
    const lines = (first: number) => ({ kind: "logs", server: "a", first, lines: ["x"] }) as const;
    assert.deepEqual(
      mergeEvents([
        { kind: "progress" },
        { kind: "models", names: ["a"] },
        lines(0),
        { kind: "models", names: ["b", "a"] },
        { kind: "progress" },
        lines(1),
      ]),
      [lines(0), { kind: "models", names: ["a", "b"] }, { kind: "progress" }, lines(1)],
    );
  });

  test("news of any model swallow those of some, whichever came first", () => {
    const [some, any] = [{ kind: "models", names: ["a"] } as const, { kind: "models", names: [] } as const];
    assert.deepEqual(mergeEvents([some, any]), [any]);
    assert.deepEqual(mergeEvents([any, some]), [any]);
  });

  test("settings differ by their keys; what is not set on either side is equal", () => {
    const ours = { gpu: { enabled: true, interval: 2 }, locations: [{ name: "a" }], weightsRoot: undefined };
    const theirs = { gpu: { enabled: true, interval: 5 }, locations: [{ name: "b" }] };
    assert.deepEqual(differingSettings(ours, theirs), ["gpu.interval", "locations"]);
    assert.deepEqual(differingSettings(ours, { ...ours }), []);
  });

  test("each window is asked once for a secret; a change has them asked anew; its own goes first", async () => {
    const asked: string[] = [];
    const window = (name: string, secret: () => string | null): WindowLine => ({
      listen: () => {},
      tellEvents: () => {},
      tellAlive: () => {},
      askSecret: async () => {
        asked.push(name);
        return secret();
      },
      ended: new Promise(() => {}),
      end: () => {},
    });
    let theirs: string | null = null;
    let ours: string | undefined;
    const learned: string[] = [];
    const windows = [window("a", () => null), window("b", () => theirs)];
    const secrets = createWindowSecrets({ get: async () => ours }, () => windows, {
      learn: (secret) => void learned.push(secret),
    });
    assert.deepEqual(await Promise.all([secrets.get("huggingface"), secrets.get("huggingface")]), [
      undefined,
      undefined,
    ]);
    assert.deepEqual(asked.splice(0), ["a", "b"]);
    theirs = "token-of-b";
    assert.equal(await secrets.get("huggingface"), undefined);
    assert.deepEqual(asked, []);
    secrets.forget("huggingface");
    assert.equal(await secrets.get("huggingface"), "token-of-b");
    assert.equal(await secrets.get("huggingface"), "token-of-b");
    assert.deepEqual([asked, learned], [["a", "b"], ["token-of-b"]]);
    ours = "our-own";
    assert.equal(await secrets.get("huggingface"), "our-own");
  });

  test("a store that cannot be read any more counts as it last was, and as empty where it was never read", async () => {
    let locked = true;
    const own = {
      get: async () => {
        if (locked) throw new Error("Canceled");
        return "our-own";
      },
    };
    const secrets = createWindowSecrets(own, () => [], { learn: () => {} });
    assert.equal(await secrets.get("huggingface"), undefined);
    locked = false;
    assert.equal(await secrets.get("huggingface"), "our-own");
    locked = true;
    assert.equal(await secrets.get("huggingface"), "our-own");
  });
});
