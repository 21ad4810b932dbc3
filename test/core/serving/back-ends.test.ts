import assert from "node:assert/strict";
import { createBackEnds } from "../../../src/core/serving/back-ends.ts";
import { readSettings } from "../../../src/core/settings.ts";
import { troubleOf } from "../../../src/core/present/trouble.ts";
import type { ServingStatus } from "../../../src/core/protocol/serving.ts";
import { lookAgain } from "../../../src/extension/serving/look-again.ts";
import { lookOnce } from "../../../src/extension/serving/look-once.ts";
import { createAsk } from "../../../src/extension/ask.ts";
import { createDeckLink } from "../../../src/extension/deck-link.ts";
import type { DeckEvent } from "../../../src/core/protocol/snapshot.ts";
import { type Disposable, createEmitter } from "../../../src/core/util/events.ts";
import { createFakeRuntime } from "../../support/fake-runtime.ts";
import { type ServingWorld, openServingWorld } from "./deck.ts";

const { signal } = new AbortController();
const AWAY = { code: "engineUnreachable", address: "/none.sock", reason: "there is no such socket" } as const;

suite("what can serve here", () => {
  let world: ServingWorld;
  const containers = createFakeRuntime("container");
  const processes = createFakeRuntime("process");
  const none = async () => {
    throw new Error("nobody asks for profiles");
  };
  const backEnds = () =>
    createBackEnds({
      settings: () => readSettings(world.values, world.folder).settings,
      containers,
      processes,
      profiles: { list: none },
      serving: world.serving,
      served: async () => [],
      platform: "linux",
    });
  setup(async () => {
    containers.away = AWAY;
    processes.away = { code: "notFound", what: "program", name: "llama-server" };
    world = await openServingWorld(() => ({ containers, processes }));
  });
  teardown(() => world.dispose());

  test("a look that finds nothing is told by the status, and so is one that finds something again", async () => {
    let news = 0;
    const subscription = world.serving.onChange(() => void (news += 1));
    assert.equal(world.serving.status().runtime, undefined);
    const [first] = await backEnds().list(undefined, signal);
    assert.equal(first?.usable, false);
    const { runtime } = world.serving.status();
    assert.ok(runtime?.available === false);
    assert.deepEqual([runtime.kind, runtime.reason.code, news], ["container", "engineUnreachable", 1]);
    await backEnds().list(undefined, signal);
    assert.equal(news, 1);
    processes.away = undefined;
    await backEnds().list(undefined, signal);
    const now = world.serving.status().runtime;
    assert.deepEqual([now?.kind, now?.available, news], ["process", true, 2]);
    subscription.dispose();
  });

  test("what the settings do not mean is of no use: it stays told", async () => {
    processes.away = undefined;
    world.values = { ...world.values, "serving.engine": "docker" };
    await backEnds().list(undefined, signal);
    assert.equal(world.serving.status().runtime?.available, false);
  });

  test("where something can serve, a look tells nothing: a switch will", async () => {
    containers.away = undefined;
    await backEnds().list(undefined, signal);
    assert.equal(world.serving.status().runtime, undefined);
  });

  test("a view without models has it looked at once, and once more by a deck that is opened anew", async () => {
    const asked: string[] = [];
    const ask = createAsk(async (verb) => {
      asked.push(verb);
      return { backends: [] };
    });
    const unasked = async () => assert.fail("nobody asks this deck");
    const anew = async () => ({
      run: unasked,
      snapshot: unasked,
      onEvent: createEmitter<DeckEvent>().event,
      close: async () => undefined,
    });
    const link = createDeckLink(anew, 1000);
    const look = lookOnce({ link, ask, onError: (error) => assert.ifError(error), signal });
    look();
    assert.deepEqual(asked, []);
    await link.open();
    look();
    look();
    assert.deepEqual(asked, ["backends.list"]);
    await link.reopen();
    look();
    look();
    assert.deepEqual(asked, ["backends.list", "backends.list"]);
  });
});

suite("while nothing can serve", () => {
  const away = { servers: [], runtime: { kind: "container", available: false, reason: troubleOf(AWAY) } } as const;
  const there = { servers: [], runtime: { kind: "container", available: true, version: "1", address: "" } } as const;
  let value: ServingStatus;
  let hasFocus: boolean;
  let looks: string[];
  let looked: PromiseWithResolvers<void>;
  let again: Disposable;
  let answer: PromiseWithResolvers<void>;
  const changed = createEmitter<void>();
  const focused = createEmitter<void>();
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const watch = (every?: number): void => {
    [value, hasFocus, looks, looked] = [{ servers: [] }, true, [], Promise.withResolvers()];
    answer = Promise.withResolvers();
    answer.resolve();
    again = lookAgain({
      ask: createAsk(async (verb) => {
        looks.push(verb);
        looked.resolve();
        await answer.promise;
        return { backends: [] };
      }),
      serving: {
        get value() {
          return value;
        },
        onChange: changed.event,
      },
      focus: { has: () => hasFocus, onChange: focused.event },
      onError: (error) => assert.ifError(error),
      signal,
      ...(every !== undefined && { every }),
    });
  };
  const say = (status: ServingStatus): void => {
    value = status;
    changed.fire();
  };
  teardown(() => again.dispose());

  test("a window that gets the focus has it looked for again, and at no other time", async () => {
    watch();
    focused.fire();
    say(away);
    hasFocus = false;
    focused.fire();
    await settled();
    assert.deepEqual(looks, []);
    hasFocus = true;
    focused.fire();
    await settled();
    assert.deepEqual(looks, ["backends.list"]);
    say(there);
    focused.fire();
    await settled();
    assert.equal(looks.length, 1);
  });

  test("a window that keeps it has it looked for now and then", async () => {
    watch(1);
    say(away);
    await looked.promise;
    looked = Promise.withResolvers();
    await looked.promise;
    assert.deepEqual(new Set(looks), new Set(["backends.list"]));
  });

  test("it is looked for now and then once more where it came, stayed for longer than that, and went", async () => {
    watch(1);
    say(away);
    say(there);
    await new Promise((resolve) => setTimeout(resolve, 2));
    assert.deepEqual(looks, []);
    say(away);
    await looked.promise;
  });

  test("nothing is looked for after the end, though an answer was on its way then", async () => {
    watch(1);
    answer = Promise.withResolvers();
    say(away);
    await looked.promise;
    again.dispose();
    answer.resolve();
    await settled();
    await new Promise((resolve) => setTimeout(resolve, 2));
    assert.deepEqual(looks, ["backends.list"]);
  });
});
