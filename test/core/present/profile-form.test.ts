import assert from "node:assert/strict";
import { profileDocument } from "../../../src/core/present/profile-document.ts";
import {
  deedsOf,
  profileFields,
  profileFormWords,
  profilePatch,
  profileProblems,
} from "../../../src/core/present/profile-form.ts";
import { tokensOf } from "../../../src/core/present/profile-words.ts";
import { parseToLibraryHost, parseToLibraryPage } from "../../../src/core/protocol/parse-library-page.ts";
import type { ProfileDetails, ProfileValue } from "../../../src/core/protocol/profiles.ts";
import type { ServerState } from "../../../src/core/protocol/serving.ts";
import { openProfileSession } from "../../../src/extension/profiles/profile-session.ts";
import { createAsk } from "../../../src/extension/ask.ts";
import { fault } from "../../../src/core/util/faults.ts";
import { aProfile, aServer } from "../../support/samples.ts";

const at = (section: string, line: number) => ({ kind: "file", file: "/m.yaml", line, section }) as const;
const values: readonly ProfileValue[] = [
  { key: "context", value: 8192, origin: at("defaults", 2) },
  { key: "model", value: "a.gguf", origin: at("profiles.a", 5) },
  { key: "args", value: ["-fa", "on"], origin: at("profiles.a", 6) },
  { key: "env.A", value: "1", origin: at("profiles.a", 7) },
];
const details: ProfileDetails = {
  profile: aProfile({ id: "a", source: "yaml", file: "/m.yaml", line: 4 }),
  values,
  unknownFlags: [{ flag: "--no-mmap", renamedTo: "--load-mode none", near: [] }],
  command: { runtime: "process", program: "x", args: [], environment: {}, text: "x -m a.gguf" },
};

suite("the form of a profile", () => {
  test("a field shows its own value, and what is inherited with its place", () => {
    const fields = new Map(profileFields(details, []).map((field) => [field.key, field]));
    assert.deepEqual([fields.get("model")?.value, fields.get("model")?.origin], ["a.gguf", "profiles.a, line 5"]);
    assert.deepEqual([fields.get("context")?.value, fields.get("context")?.origin], ["", "8192 · defaults, line 2"]);
    assert.equal(fields.get("args")?.value, "-fa\non");
    assert.equal(fields.get("env")?.value, "A=1");
    const conf = profileFields({ ...details, profile: aProfile({ source: "conf" }) }, []);
    assert.ok(!conf.some(({ key }) => key === "ttl" || key === "env"));
  });

  test("only what is typed differently is written, and an emptied field is taken out", () => {
    const draft = profileFields(details, []).map(({ key, value }) => ({ key, value }));
    assert.deepEqual(profilePatch(details, draft), {});
    const typed = (changes: Readonly<Record<string, string>>) =>
      draft.map(({ key, value }) => ({ key, value: changes[key] ?? value }));
    assert.deepEqual(
      profilePatch(
        details,
        typed({ context: "4096", model: "", args: "-x\n\n y", env: "B=2=3", gpu: "all", ttl: "10m" }),
      ),
      { context: 4096, model: null, args: ["-x", " y"], "env.A": null, "env.B": "2=3", gpu: "all", ttl: "10m" },
    );
  });

  test("what will not do is told at its field, and neither asked for nor saved", async () => {
    const asked: string[] = [];
    const ask = createAsk(async (verb) => {
      asked.push(verb);
      return verb === "profiles.show" ? details : details.command;
    });
    const words = { saved: "s", nothingToSave: "n", place: () => "" };
    const session = await openProfileSession(
      { ask, words, serving: () => ({ servers: [] }), onChange: () => undefined, signal: new AbortController().signal },
      "a",
    );
    const draft = [{ key: "context", value: "lots" }];
    await session.keep(draft);
    const field = session.form.fields.find(({ key }) => key === "context");
    assert.equal(field?.problem, "Takes a whole number from 0 to 999999999.");
    await session.save(draft);
    const told = "Context, in tokens: Takes a whole number from 0 to 999999999.";
    assert.deepEqual(session.form.status, { kind: "failed", text: told });
    assert.deepEqual([session.form.command, session.form.commandProblem], ["", told]);
    assert.deepEqual(asked, ["profiles.show"]);
    await session.keep([{ key: "context", value: "32k" }]);
    assert.deepEqual(session.form.commandProblem, "");
    assert.deepEqual(profilePatch(details, [{ key: "context", value: "32k" }]), { context: 32_768 });
  });

  test("what is wrong with what is saved stands in the form, as does what can be done", () => {
    assert.deepEqual(profileProblems(details), [
      "The server does not know --no-mmap: it was renamed to --load-mode none.",
    ]);
    const none = { servers: [] };
    assert.deepEqual(deedsOf(details, none), ["serve", "openFile"]);
    assert.deepEqual(deedsOf({ ...details, profile: aProfile({ file: "" }) }, none), ["serve", "clone"]);
    const served = (state: ServerState, profile = details.profile.id) =>
      deedsOf(details, { servers: [aServer({ state, profile })] });
    for (const state of ["starting", "loading", "ready"] as const)
      assert.deepEqual(served(state), ["restart", "openFile"]);
    for (const state of ["stopping", "failed", "off"] as const) assert.deepEqual(served(state), ["serve", "openFile"]);
    assert.deepEqual(served("ready", "another"), ["serve", "openFile"]);
    const choices = profileFields(details, []).find(({ key }) => key === "runtime")?.choices;
    assert.deepEqual(
      choices?.map(({ value }) => value),
      ["", "container", "process"],
    );
  });

  test("tokens are typed as they are shown", () => {
    for (const [typed, tokens] of [
      ["8192", 8192],
      ["32k", 32_768],
      ["1K", 1024],
      ["131,072", 131_072],
      [" 5 ", 5],
    ] as const)
      assert.equal(tokensOf(typed), tokens);
    for (const typed of ["", "k", "1.5k", "many", "1,2", "-1"]) assert.equal(tokensOf(typed), undefined, typed);
  });

  test("every key of a profile has a label of its own", () => {
    const labels = profileFields(details, []).map(({ key, label }) => [key, label] as const);
    for (const [key, label] of labels) assert.notEqual(label, key);
    assert.equal(new Set(labels.map(([, label]) => label)).size, labels.length);
  });

  test("its messages pass between host and page, and others do not", async () => {
    const ask = createAsk(async (verb) => (verb === "profiles.show" ? details : details.command));
    const words = { saved: "s", nothingToSave: "n", place: (file: string, line: number) => `${file}:${line}` };
    const session = await openProfileSession(
      { ask, words, serving: () => ({ servers: [] }), onChange: () => undefined, signal: new AbortController().signal },
      "a",
    );
    const message = { kind: "profile", words: profileFormWords(), state: session.form };
    assert.deepEqual(parseToLibraryPage(structuredClone(message)), message);
    assert.equal(parseToLibraryPage({ ...message, state: { ...session.form, fields: [1] } }), undefined);
    const intent = { kind: "profileSave", values: [{ key: "context", value: "1" }] };
    assert.deepEqual(parseToLibraryHost(intent), intent);
    assert.equal(parseToLibraryHost({ kind: "profileSave", values: [{ key: 1 }] }), undefined);
    assert.deepEqual(parseToLibraryHost({ kind: "profileDeed", deed: "serve" }), {
      kind: "profileDeed",
      deed: "serve",
    });
    assert.equal(parseToLibraryHost({ kind: "profileDeed", deed: "burn" }), undefined);
  });

  test("what is typed shows its command at once, and a save that fails keeps it", async () => {
    const asked: unknown[] = [];
    const ask = createAsk(async (verb, args) => {
      asked.push([verb, args]);
      if (verb === "profiles.show") return details;
      if (verb === "profiles.command") return { ...details.command, text: "x -c 1" };
      throw fault({ code: "configInvalid", path: "/m.yaml", problem: "it cannot be written" });
    });
    const words = { saved: "s", nothingToSave: "n", place: () => "" };
    const session = await openProfileSession(
      { ask, words, serving: () => ({ servers: [] }), onChange: () => undefined, signal: new AbortController().signal },
      "a",
    );
    await session.keep([{ key: "context", value: "1" }]);
    assert.deepEqual(asked.at(-1), ["profiles.command", { profile: "a", patch: { context: 1 } }]);
    assert.deepEqual([session.form.command, session.form.changed], ["x -c 1", true]);
    await session.save([{ key: "context", value: "1" }]);
    assert.equal(session.form.status.kind, "failed");
    assert.equal(session.form.fields.find(({ key }) => key === "context")?.value, "1");
  });

  test("what is typed while it is saved stays, and is not taken for saved", async () => {
    const saved = Promise.withResolvers<ProfileDetails>();
    const ask = createAsk(async (verb) => {
      if (verb === "profiles.save") return saved.promise;
      return verb === "profiles.show" ? details : details.command;
    });
    const words = { saved: "s", nothingToSave: "n", place: () => "" };
    const { signal } = new AbortController();
    const deps = { ask, words, serving: () => ({ servers: [] }), onChange: () => undefined, signal };
    const session = await openProfileSession(deps, "a");
    const typed = (name: string) => session.form.fields.find(({ key }) => key === name)?.value;
    const saving = session.save([
      { key: "model", value: "b.gguf" },
      { key: "ttl", value: "" },
    ]);
    await session.keep([
      { key: "model", value: "b.gguf" },
      { key: "ttl", value: "10m" },
    ]);
    // Save pressed once more is heard as what is typed.
    await session.save([
      { key: "model", value: "b.gguf" },
      { key: "ttl", value: "20m" },
    ]);
    saved.resolve({
      ...details,
      values: values.map((value) => (value.key === "model" ? { ...value, value: "./b.gguf" } : value)),
    });
    await saving;
    assert.deepEqual([typed("model"), typed("ttl")], ["./b.gguf", "20m"]);
    assert.deepEqual([session.form.changed, session.form.saving, session.form.status.text], [true, false, ""]);
  });

  test("a profile that goes with its file and comes again finds what was typed", async () => {
    let there = true;
    const ask = createAsk(async (verb) => {
      if (verb !== "profiles.show") return details.command;
      if (!there) throw fault({ code: "notFound", what: "profile", name: "a", near: [] });
      return details;
    });
    const words = { saved: "s", nothingToSave: "n", place: () => "" };
    let changes = 0;
    const onChange = (): void => void (changes += 1);
    const { signal } = new AbortController();
    const session = await openProfileSession({ ask, words, serving: () => ({ servers: [] }), onChange, signal }, "a");
    await session.keep([{ key: "context", value: "1" }]);
    there = false;
    const before = changes;
    await session.follow();
    assert.equal(session.gone, true);
    assert.ok(changes > before);
    there = true;
    await session.follow();
    assert.equal(session.gone, false);
    assert.equal(session.form.fields.find(({ key }) => key === "context")?.value, "1");
  });

  test("its page tells values, places, flags and the command", () => {
    const text = profileDocument(details);
    for (const words of ["a.gguf", "defaults, line 2", "renamed to", "x -m a.gguf"])
      assert.ok(text.includes(words), words);
  });
});
