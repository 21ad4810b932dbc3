import assert from "node:assert/strict";
import { briefWords } from "../../../src/core/present/brief-trouble.ts";
import { faultWords } from "../../../src/core/present/fault-words.ts";
import { personWords } from "../../../src/core/present/person-words.ts";
import { troubleActions } from "../../../src/core/present/trouble-actions.ts";
import { troubleOf } from "../../../src/core/present/trouble.ts";
import { faultOfRefusal } from "../../../src/core/sources/hub-faults.ts";
import { ALLOWED_BY } from "../../../src/core/sources/url/allow-address.ts";
import type { Fault, FaultCode } from "../../../src/core/util/faults.ts";
import { bytes, millis } from "../../../src/core/util/ids.ts";

/** One of each: the type makes sure that none is missing. */
const samples: { readonly [Code in FaultCode]: Extract<Fault, { code: Code }> } = {
  unknownVerb: { code: "unknownVerb", verb: "x.y" },
  badArguments: { code: "badArguments", verb: "x.y", path: "a.b", problem: "wants a number" },
  notFound: { code: "notFound", what: "profile", name: "lama", near: ["llama"] },
  exists: { code: "exists", what: "file", name: "/a" },
  unauthorized: { code: "unauthorized", host: "hub", tokenGiven: false },
  gated: { code: "gated", repository: "o/r", page: "http://hub/o/r", tokenGiven: true },
  forbidden: { code: "forbidden", host: "hub", reason: "taken down" },
  rateLimited: { code: "rateLimited", host: "hub", retryAfter: millis(90_000) },
  network: { code: "network", host: "hub", reason: "connection refused" },
  timeout: { code: "timeout", what: "hub", waited: millis(1000) },
  diskFull: { code: "diskFull", path: "/mnt", needed: bytes(5e9), free: bytes(1e9) },
  diskSilent: { code: "diskSilent", folder: "/mnt/models" },
  fileUnreadable: { code: "fileUnreadable", path: "/a", reason: "permission denied" },
  hashMismatch: { code: "hashMismatch", path: "/a", expected: "aa", actual: "bb", keptAs: "/a.corrupt" },
  formatInvalid: { code: "formatInvalid", what: "/a.gguf", reason: "no magic" },
  locked: { code: "locked", what: "The registry", pid: 7 },
  stale: { code: "stale", what: "the entry" },
  busy: { code: "busy", what: "The server", with: "a switch to b" },
  readOnly: { code: "readOnly", reason: "newer registry" },
  engineUnreachable: { code: "engineUnreachable", address: "unix:///x", reason: "refused" },
  engineElsewhere: { code: "engineElsewhere", engine: "tcp://box" },
  notOnEngine: { code: "notOnEngine", engine: "box", path: "/m/a.gguf" },
  imageMissing: { code: "imageMissing", image: "a/b:c" },
  portInUse: { code: "portInUse", port: 8080, holder: "nginx (12)" },
  flagUnknown: { code: "flagUnknown", flag: "--no-mmap", instead: "--load-mode" },
  serverExited: { code: "serverExited", server: "A", exitCode: 1, reason: "bad magic", logTail: [] },
  outOfMemory: { code: "outOfMemory", server: "A", where: "gpu", logTail: [] },
  doesNotFit: { code: "doesNotFit", profile: "A", device: "cpu", needed: bytes(9e9), free: bytes(5e9), context: 8192 },
  unhealthy: { code: "unhealthy", server: "A", waited: millis(300_000), logTail: [] },
  configInvalid: { code: "configInvalid", path: "/m.conf", line: 3, problem: "no section" },
  ownerGone: { code: "ownerGone" },
  versionSkew: { code: "versionSkew", ours: "1", theirs: "2" },
};

suite("words of faults", () => {
  for (const sample of Object.values(samples)) {
    test(`${sample.code} is a sentence with a remedy, with every place filled`, () => {
      const { message, remedy } = faultWords(sample);
      for (const text of [message, remedy ?? ""]) {
        assert.match(text, /^[^]+[.?:!]$|[^.]$/);
        assert.doesNotMatch(text, /\{\d\}|undefined|NaN|\[object/);
      }
      assert.ok(message.length > 10 && remedy);
    });
  }

  test("an address inside names the setting that allows it, with a button to it, and no account", () => {
    const reason = `10.0.0.7 is this machine or its network; ${ALLOWED_BY}`;
    const open = [
      { title: "Open Setting", do: { kind: "openSettings", key: "modelDeck.downloads.allowPrivateHosts" } },
    ] as const;
    const refused: Fault = { code: "forbidden", host: "files.test", reason };
    assert.doesNotMatch(faultWords(refused).remedy ?? "", /account/);
    assert.deepEqual(faultWords(refused).actions, open);
    assert.deepEqual(troubleActions(troubleOf(refused)), open);
    const typed: Fault = { code: "badArguments", verb: "hub.analyze", path: "model", problem: reason };
    assert.deepEqual(personWords(typed), { message: `${reason}.`, actions: open });
  });

  test("no words of a host open a setting", () => {
    const asked = { endpoint: "https://hub.test", repository: "o/r", tokenGiven: false };
    for (const message of [`Sorry; ${ALLOWED_BY}`, "turn “modelDeck.downloads.allowPrivateHosts” on"]) {
      const refused = faultOfRefusal({ status: 403, header: () => undefined, message }, asked);
      assert.equal(refused.code, "forbidden");
      assert.deepEqual([faultWords(refused).actions, troubleActions(troubleOf(refused))], [undefined, []]);
    }
  });

  test("who typed a model into a box hears of it, not of verbs and arguments", () => {
    const problem = "a repository is named owner/repo";
    const typed: Fault = { code: "badArguments", verb: "hub.analyze", path: "model", problem };
    assert.deepEqual(personWords(typed), { message: "A repository is named owner/repo." });
    assert.deepEqual(personWords(samples.badArguments), faultWords(samples.badArguments));
  });

  test("sizes and times are in words", () => {
    assert.match(faultWords(samples.diskFull).message, /1\.0 GB free, and 5\.0 GB/);
    assert.match(faultWords(samples.rateLimited).remedy ?? "", /1 min 30 s/);
  });

  test("digests are cut to what tells them apart, and what was set aside has its name", () => {
    const [actual, expected] = ["a".repeat(64), "b".repeat(64)];
    const words = faultWords({
      code: "hashMismatch",
      path: "/m/x.gguf",
      expected,
      actual,
      keptAs: "/m/x.gguf.corrupt-1",
    });
    assert.equal(
      words.message,
      "/m/x.gguf is not what its source promised: its digest is aaaaaaaaaaaa… where bbbbbbbbbbbb… was promised.",
    );
    assert.equal(words.remedy, "It was set aside beside it as x.gguf.corrupt-1. Download it again.");
    const { facts, ...trouble } = troubleOf({ code: "hashMismatch", path: "/m/x.gguf", expected, actual });
    assert.equal(briefWords({ ...trouble, facts }), "x.gguf is not what its source promised.");
    assert.equal(briefWords(troubleOf(samples.network)), undefined);
  });

  test("an address that answers with an error was reached", () => {
    const { message, remedy } = faultWords({ code: "network", host: "hub", reason: "status 503" });
    assert.deepEqual([message, remedy], ["hub answers with an error: status 503", "Try again later."]);
    assert.match(faultWords(samples.network).message, /cannot be reached/);
  });

  test("a name that is nearly right is offered", () => {
    assert.match(faultWords(samples.notFound).remedy ?? "", /llama/);
  });

  test("what is gated offers its page first, and a token where none is set", () => {
    const titles = (fault: Fault): readonly string[] => (faultWords(fault).actions ?? []).map(({ title }) => title);
    for (const [tokenGiven, buttons] of [
      [false, ["Open Page", "Set Token"]],
      [true, ["Open Page"]],
    ] as const) {
      const gated: Fault = { ...samples.gated, tokenGiven };
      assert.deepEqual(titles(gated), buttons);
      assert.deepEqual(troubleActions(troubleOf(gated)), faultWords(gated).actions, "told as data");
    }
  });

  test("the buttons of a fault say the same, told as a fault or as data", () => {
    for (const fault of Object.values(samples)) {
      if (fault.code === "configInvalid" || fault.code === "flagUnknown") continue;
      assert.deepEqual(troubleActions(troubleOf(fault)), faultWords(fault).actions ?? [], fault.code);
    }
  });

  test("a button is written as the commands are: a capital for each word", () => {
    for (const fault of Object.values(samples))
      for (const { title } of faultWords(fault).actions ?? []) assert.doesNotMatch(title, / [a-z]/);
  });
});
