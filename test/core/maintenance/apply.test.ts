import assert from "node:assert/strict";
import { chmod, mkdir, readdir, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { createMaintenance } from "../../../src/core/maintenance/create-maintenance.ts";
import type { Row } from "../../../src/core/ports/database.ts";
import { type Workshop, doIt, entryRow, never, openWorkshop } from "./workshop.ts";

suite("maintenance: plan and apply", () => {
  let shop: Workshop;
  setup(async () => {
    shop = await openWorkshop();
  });
  teardown(() => shop.remove());

  test("a plan changes nothing, neither row nor file, and lists every change", async () => {
    await shop.entries("a", "b");
    const [rows, everything] = [await shop.rows(), await shop.everything()];
    const given = { purge: ["a"], deprecate: ["b"], add: ["c"], trash: ["owner/a/a.gguf"] };
    const plan = await shop.maintenance.plan("remove", given, never);
    assert.deepEqual(await shop.rows(), rows);
    assert.deepEqual(await shop.everything(), everything);
    const size = "bytes of owner/a/a.gguf".length;
    assert.deepEqual(plan.totals, {
      added: 1,
      changed: 1,
      removed: 1,
      files: 1,
      freedBytes: 0,
      trashedBytes: size,
      steps: 6,
    });
    const file = path.join(shop.models, "owner/a/a.gguf");
    assert.deepEqual(plan.firstSteps, [
      { deed: "removeEntry", what: "a", before: { layer: "discovered" }, final: false },
      {
        deed: "changeEntry",
        what: "a",
        before: { [`file ${file}`]: size },
        after: { [`file ${file}`]: null },
        final: false,
      },
      {
        deed: "changeEntry",
        what: "a",
        before: { "characteristic context file": 4096 },
        after: { "characteristic context file": null },
        final: false,
      },
      { deed: "changeEntry", what: "b", before: { deprecated: 0 }, after: { deprecated: 1 }, final: false },
      { deed: "addEntry", what: "c", after: { layer: "discovered" }, final: false },
      { deed: "trash", what: file, bytes: size, final: false },
    ]);
    assert.equal(plan.undoable, true);
    assert.equal(plan.destructive, true);
    assert.match(plan.command, /^modeldeck maintenance\.apply --operation remove --options '\{"purge":\["a"\],/);
  });

  test("apply does what the plan lists and nothing else, and keeps the file in a trash outside the location", async () => {
    await shop.entries("a", "b");
    const [rows, tree] = [await shop.rows(), await shop.tree()];
    const applied = await doIt(shop.maintenance, { purge: ["a"], trash: ["owner/a/a.gguf"] });
    const others = (all: readonly Row[] = []) => all.filter((row) => (row["entry"] ?? row["name"]) !== "a");
    assert.deepEqual(await shop.rows(), {
      entries: others(rows["entries"]),
      files: others(rows["files"]),
      characteristics: others(rows["characteristics"]),
    });
    const now = await shop.tree();
    const { "models/owner/a/a.gguf": content, ...rest } = tree;
    const kept = Object.keys(now).filter((name) => name.startsWith(".modeldeck-trash"));
    assert.deepEqual(Object.fromEntries(Object.entries(now).filter(([name]) => !kept.includes(name))), rest);
    const thing = kept.find((name) => !name.endsWith("/"));
    assert.equal(now[thing ?? ""], content);
    assert.equal(((await stat(path.join(shop.root, ".modeldeck-trash"))).mode & 0o777).toString(8), "700");
    const [row] = await shop.maintenance.trash();
    assert.equal(row?.path, path.join(shop.models, "owner/a/a.gguf"));
    assert.equal((await shop.maintenance.history(undefined))[0]?.id, applied.historyId);
    assert.deepEqual(await readdir(path.join(shop.storage, "maintenance")), []);
  });

  test("a destructive plan wants to be confirmed", async () => {
    await shop.entries("a");
    const { planId } = await shop.maintenance.plan("remove", { trash: ["owner/a/a.gguf"] }, never);
    await assert.rejects(shop.maintenance.apply(planId, false, never), { code: "badArguments" });
    await shop.maintenance.apply(planId, true, never);
  });

  test("a plan is applied once", async () => {
    await shop.entries("a");
    const { planId } = await shop.maintenance.plan("remove", { deprecate: ["a"] }, never);
    const twice = [shop.maintenance.apply(planId, true, never), shop.maintenance.apply(planId, true, never)];
    const [first, second] = await Promise.allSettled(twice);
    assert.equal(first?.status, "fulfilled");
    assert.equal(second?.status === "rejected" && second.reason.code, "notFound");
    assert.equal((await shop.maintenance.history(undefined)).length, 1);
  });

  const changes: Readonly<Record<string, { change: (file: string) => Promise<unknown>; names: RegExp }>> = {
    "a row was changed": {
      change: () =>
        shop.database.commit([
          { table: "entries", key: "discovered:a", after: { ...entryRow("a", null), notes: "mine" } },
        ]),
      names: /^a$/,
    },
    "another entry came": {
      change: () => shop.database.commit([{ table: "entries", key: "discovered:z", after: entryRow("z", null) }]),
      names: /^The collection$/,
    },
    "the file was changed": { change: (file) => writeFile(file, "other"), names: /./ },
    "the file has another time": { change: (file) => utimes(file, 1, 1), names: /./ },
    "the file is gone": { change: (file) => rm(file), names: /./ },
    "the file is a link by now": {
      change: async (file) => {
        await rename(file, `${file}.real`);
        await symlink(`${file}.real`, file);
      },
      names: /./,
    },
  };
  for (const [name, { change, names }] of Object.entries(changes))
    test(`a plan is stale where ${name} since, and nothing is done`, async () => {
      await shop.entries("a", "b");
      const given = { purge: ["a"], trash: ["owner/a/a.gguf", "owner/b/b.gguf"] };
      const { planId } = await shop.maintenance.plan("remove", given, never);
      await change(path.join(shop.models, "owner/a/a.gguf"));
      const [rows, tree] = [await shop.rows(), await shop.tree()];
      await assert.rejects(
        shop.maintenance.apply(planId, true, never),
        (error: Error & { fault?: { what: string } }) => {
          assert.equal("code" in error && error.code, "stale");
          assert.match(error.fault?.what ?? "", names);
          return true;
        },
      );
      assert.deepEqual(await shop.rows(), rows);
      assert.deepEqual(await shop.tree(), tree);
      await assert.rejects(shop.maintenance.apply(planId, true, never), { code: "notFound" });
    });

  test("a file behind a linked folder is not taken away, as it lies elsewhere", async () => {
    const outside = path.join(shop.root, "outside");
    await mkdir(outside);
    await writeFile(path.join(outside, "x.gguf"), "someone's");
    await symlink(outside, path.join(shop.models, "linked"));
    const tree = await shop.tree();
    await assert.rejects(doIt(shop.maintenance, { trash: ["linked/x.gguf"] }), (error: Error) => {
      assert.match(error.message, /linked\/x\.gguf.*a link leads to it, out of/);
      return true;
    });
    assert.deepEqual(await shop.tree(), tree);
  });

  test("a link itself goes into the trash, what it leads to stays", async () => {
    const real = await shop.file("blob");
    await symlink(real, path.join(shop.models, "name.gguf"));
    await doIt(shop.maintenance, { trash: ["name.gguf"] });
    assert.deepEqual((await readdir(shop.models)).toSorted(), ["blob"]);
    assert.equal((await stat(real)).size > 0, true);
  });

  test("a walk neither follows links that run in a circle nor leaves its folder", async () => {
    await shop.file("owner/repo/x.gguf");
    await symlink(shop.models, path.join(shop.models, "owner/up"));
    await symlink("self", path.join(shop.models, "owner/self"));
    await mkdir(path.join(shop.root, "outside/deep"), { recursive: true });
    await symlink(path.join(shop.root, "outside"), path.join(shop.models, "owner/out"));
    const seen = new Map<string, unknown>();
    const [operation] = shop.parts.operations;
    assert.ok(operation);
    const watching = {
      ...operation,
      decide: (survey: Parameters<typeof operation.decide>[0]) => {
        for (const [at, facts] of survey.disk) seen.set(path.relative(shop.root, at), facts.kind);
        for (const [link, real] of survey.links ?? [])
          seen.set(`link ${path.relative(shop.root, link)}`, path.relative(shop.root, real));
        return { steps: [], keptBack: [] };
      },
    };
    const second = await openWorkshop({ root: shop.root, generation: 2, operations: [watching] });
    await second.maintenance.plan("remove", { walk: [shop.models], links: true }, never);
    assert.deepEqual(Object.fromEntries(seen), {
      models: "folder",
      "models/owner": "folder",
      "models/owner/repo": "folder",
      outside: "folder",
      "link models/owner/up": "models",
      "link models/owner/out": "outside",
    });
    await second.close();
  });

  test("what came into a folder that goes for good, however deep, since the preview is not taken along", async () => {
    // No trash can be made where something else has its name.
    await writeFile(path.join(shop.root, ".modeldeck-trash"), "");
    const deep = await shop.file("owner/whole/deep/deeper/a.gguf");
    const plan = await shop.maintenance.plan("remove", { erase: ["owner/whole"] }, never);
    const late = path.join(path.dirname(deep), "late.gguf");
    await writeFile(late, "came later");
    const [tree, rows] = [await shop.tree(), await shop.rows()];
    await assert.rejects(shop.maintenance.apply(plan.planId, true, never), { code: "stale" });
    assert.deepEqual(await shop.tree(), tree);
    assert.deepEqual(await shop.rows(), rows);
    await rm(late);
    // Nothing has changed by what came and went but the folder's own time, deep inside.
    await doIt(shop.maintenance, { erase: ["owner/whole"] });
    assert.deepEqual(await readdir(path.join(shop.models, "owner")), []);
  });

  test("what goes for good is not reached through a link out of its root either", async () => {
    await mkdir(path.join(shop.root, "outside"));
    await writeFile(path.join(shop.root, "outside/theirs.gguf"), "theirs");
    await symlink(path.join(shop.root, "outside"), path.join(shop.models, "out"));
    const tree = await shop.tree();
    await assert.rejects(doIt(shop.maintenance, { erase: ["out/theirs.gguf"] }), { code: "fileUnreadable" });
    assert.deepEqual(await shop.tree(), tree);
  });

  test("a removed folder is not made again in an empty mount point when its drive went in the middle", async () => {
    await mkdir(path.join(shop.models, "drive/owner/gone/inner"), { recursive: true });
    await shop.file("drive/owner/kept.gguf");
    const drive = path.join(shop.models, "drive");
    let unplugged = false;
    const parts = {
      ...shop.parts,
      // What the system tells of a folder that nothing is mounted on is another device.
      look: {
        ...shop.parts.look,
        look: async (at: string) => {
          const item = await shop.parts.look.look(at);
          return item && unplugged && at.startsWith(drive) ? { ...item, device: item.device + 1 } : item;
        },
      },
      registry: {
        ...shop.parts.registry,
        commit: async () => {
          await rename(drive, `${drive}.unplugged`);
          await mkdir(path.join(drive, "owner"), { recursive: true });
          unplugged = true;
          throw new Error("the registry refuses");
        },
      },
    };
    const removeFolders = ["drive/owner/gone/inner", "drive/owner/gone"];
    await assert.rejects(doIt(createMaintenance(parts), { removeFolders, backup: false }), /the registry refuses/);
    assert.deepEqual(await readdir(path.join(drive, "owner")), []);

    // Back again it is made where it was.
    await rm(drive, { recursive: true });
    await rename(`${drive}.unplugged`, drive);
    await shop.maintenance.recover();
    assert.deepEqual((await readdir(path.join(drive, "owner"), { recursive: true })).toSorted(), [
      "gone",
      "gone/inner",
      "kept.gguf",
    ]);
    assert.deepEqual(await readdir(path.join(shop.storage, "maintenance")), []);
  });

  test("what lies on a drive that is not there is offline, not absent", async () => {
    await shop.entries("a");
    const [operation] = shop.parts.operations;
    assert.ok(operation);
    const kinds: string[] = [];
    const watching = {
      ...operation,
      decide: (survey: Parameters<typeof operation.decide>[0]) => {
        kinds.push(survey.disk.get(path.join(shop.models, "owner/a/a.gguf"))?.kind ?? "none");
        return { steps: [], keptBack: [] };
      },
    };
    const second = await openWorkshop({ root: shop.root, generation: 2, operations: [watching] });
    await second.maintenance.plan("remove", {}, never);
    await rm(path.join(shop.models, "owner/a"), { recursive: true });
    await second.maintenance.plan("remove", {}, never);
    await rename(shop.models, `${shop.models}.unplugged`);
    await second.maintenance.plan("remove", {}, never);
    assert.deepEqual(kinds, ["file", "absent", "offline"]);
    await second.close();
  });

  test("a plan whose drive was unplugged since is refused, and nothing is done", async () => {
    await shop.entries("a");
    const { planId } = await shop.maintenance.plan("remove", { purge: ["a"], trash: ["owner/a/a.gguf"] }, never);
    const rows = await shop.rows();
    await rename(shop.models, `${shop.models}.unplugged`);
    await assert.rejects(shop.maintenance.apply(planId, true, never), { code: "stale" });
    assert.deepEqual(await shop.rows(), rows);
  });

  test("what goes for good is gone after apply, its folder too, and undo says why not", async () => {
    await shop.entries("a");
    const given = { purge: ["a"], erase: ["owner/a/a.gguf"], removeFolders: ["owner/a"] };
    const plan = await shop.maintenance.plan("remove", given, never);
    assert.equal(plan.undoable, false);
    assert.deepEqual(
      plan.firstSteps.filter(({ final }) => final).map(({ deed }) => deed),
      ["delete"],
    );
    const { historyId } = await shop.maintenance.apply(plan.planId, true, never);
    assert.deepEqual(Object.keys(await shop.tree()), ["models/", "models/owner/"]);
    assert.match((await shop.maintenance.history(undefined))[0]?.blocked ?? "", /for good/);
    await assert.rejects(shop.maintenance.planUndo(historyId, never), /a\.gguf.*deleted for good/);
  });

  test("where a server refuses to delete its model, all is taken back", async () => {
    await shop.close();
    const refusing = async () => {
      throw new Error("the server says no");
    };
    const second = await openWorkshop({ root: shop.root, generation: 2, deleteOllama: refusing });
    await second.entries("a", "b");
    const [rows, tree] = [await second.rows(), await second.tree()];
    const given = { purge: ["a"], trash: ["owner/a/a.gguf"], erase: ["owner/b/b.gguf"], ollama: ["m:latest"] };
    await assert.rejects(doIt(second.maintenance, given), /the server says no/);
    assert.deepEqual(await second.rows(), rows);
    assert.deepEqual(await second.tree(), tree);
    assert.deepEqual(await second.maintenance.history(undefined), []);
    assert.deepEqual(await second.maintenance.trash(), []);
    await second.close();
  });

  test("in a folder that may not be written the fault says so, and the earlier steps are taken back", async function () {
    const seteuid = process.seteuid?.bind(process);
    if (process.platform === "win32" || seteuid === undefined) this.skip();
    await shop.entries("a", "b");
    for (const at of [shop.root, shop.models, path.join(shop.models, "owner"), path.join(shop.models, "owner/a")])
      await chmod(at, 0o777);
    await chmod(path.join(shop.models, "owner/b"), 0o555);
    const [rows, tree] = [await shop.rows(), await shop.tree()];
    const { planId } = await shop.maintenance.plan(
      "remove",
      { trash: ["owner/a/a.gguf", "owner/b/b.gguf"], backup: false },
      never,
    );
    const own = process.geteuid?.();
    if (own === 0) {
      // Nothing is closed to root, so another user does it; what is its own must be open to that one.
      for (const at of [shop.storage, path.join(shop.storage, "registry"), path.join(shop.storage, "journal")])
        await chmod(at, 0o777);
      seteuid(65_534);
    }
    try {
      await assert.rejects(shop.maintenance.apply(planId, true, never), (error: Error) => {
        assert.match(error.message, /fileUnreadable.*owner\/b\/b\.gguf.*permission denied/);
        return true;
      });
    } finally {
      if (own === 0) seteuid(0);
      // Who is not root cannot take it away else.
      await chmod(path.join(shop.models, "owner/b"), 0o755);
    }
    assert.deepEqual(await shop.rows(), rows);
    assert.deepEqual(await shop.tree(), tree);
    assert.deepEqual(await shop.maintenance.trash(), []);
  });

  test("an operation that is not there and options that do not fit are named", async () => {
    await assert.rejects(shop.maintenance.plan("remov", {}, never), /notFound.*operation.*near.*remove/);
    await assert.rejects(shop.maintenance.plan("remove", { purge: [1] }, never), /badArguments.*options\.purge\.0/);
    assert.throws(() => shop.maintenance.steps("none", undefined), { code: "notFound" });
  });

  test("steps come in pages", async () => {
    const add = Array.from({ length: 450 }, (_, index) => `e${String(index).padStart(3, "0")}`);
    const plan = await shop.maintenance.plan("remove", { add }, never);
    assert.equal(plan.firstSteps.length, 100);
    const found: string[] = [];
    for (let cursor: string | undefined = "0"; cursor !== undefined;) {
      const page = shop.maintenance.steps(plan.planId, cursor);
      found.push(...page.steps.map(({ what }) => what));
      cursor = page.cursor;
    }
    assert.deepEqual(found, add);
  });

  test("a deed of a person's hand goes the same way, and its change is refused where another came first", async () => {
    await shop.entries("a");
    const [row] = await shop.database.query("SELECT * FROM entries");
    assert.ok(row);
    const edit = (notes: string) => ({
      operation: "edit" as const,
      title: "Edit a",
      backup: false,
      decision: {
        steps: [{ kind: "row" as const, table: "entries", key: "discovered:a", before: row, after: { ...row, notes } }],
        keptBack: [],
      },
    });
    let heard = 0;
    shop.maintenance.onChange(() => (heard += 1));
    await shop.maintenance.perform(edit("one"), never);
    assert.equal(heard, 1);
    await assert.rejects(shop.maintenance.perform(edit("two"), never), {
      code: "stale",
      fault: { code: "stale", what: "a" },
    });
    assert.equal((await shop.rows())["entries"]?.[0]?.["notes"], "one");
    assert.deepEqual(
      (await shop.maintenance.history("a")).map(({ title }) => title),
      ["Edit a"],
    );
  });
});
