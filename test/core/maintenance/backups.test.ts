import assert from "node:assert/strict";
import { readFile, readdir, rename, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { type Workshop, doIt, never, openWorkshop, undoIt } from "./workshop.ts";

suite("maintenance: backups, trash and what is kept", () => {
  let shop: Workshop;
  setup(async () => {
    shop = await openWorkshop();
    await shop.entries("a", "b");
  });
  teardown(() => shop.remove());

  const applied = async (backupId: string) => {
    const plan = await shop.maintenance.planRestore(backupId, never);
    return shop.maintenance.apply(plan.planId, true, never);
  };

  test("a backup comes before each apply, unless the options say not, and brings the rows back as a plan", async () => {
    const before = await shop.rows();
    const first = await doIt(shop.maintenance, { purge: ["a", "b"] });
    await doIt(shop.maintenance, { add: ["c"], backup: false });
    const [backup, ...more] = await shop.maintenance.backups();
    assert.deepEqual(more, []);
    assert.equal(backup?.id, first.backup);
    assert.deepEqual([backup?.entries, backup?.before, backup?.blocked], [2, "title of remove", undefined]);
    const plan = await shop.maintenance.planRestore(backup?.id ?? "", never);
    assert.deepEqual([plan.totals.added, plan.totals.removed], [2, 1]);
    const restored = await shop.maintenance.apply(plan.planId, true, never);
    assert.deepEqual(await shop.rows(), before);
    // Which is a piece of history like any other.
    await undoIt(shop.maintenance, restored.historyId);
    assert.deepEqual(
      (await shop.rows())["entries"]?.map((row) => row["name"]),
      ["c"],
    );
  });

  test("one that a person made says nothing of why", async () => {
    const row = await shop.maintenance.createBackup(undefined, never);
    assert.deepEqual(await shop.maintenance.backups(), [row]);
    assert.equal("before" in row, false);
    assert.match(row.id, /^\d{4}-\d\d-\d\dT[\dZ-]+-[0-9a-f]{8}$/);
  });

  test("a restore is stale where the registry changed since its preview", async () => {
    const { id } = await shop.maintenance.createBackup(undefined, never);
    await doIt(shop.maintenance, { purge: ["a"] });
    const { planId } = await shop.maintenance.planRestore(id, never);
    await doIt(shop.maintenance, { add: ["c"] });
    await assert.rejects(shop.maintenance.apply(planId, true, never), { code: "stale" });
  });

  test("a backup of a newer version, a damaged one and one that is not there are refused, and nothing is changed", async () => {
    const { id } = await shop.maintenance.createBackup(undefined, never);
    const file = path.join(shop.storage, "backups", `${id}.json.gz`);
    const [head = "", body = ""] = gunzipSync(await readFile(file))
      .toString()
      .split("\n");
    const rewrite = (line: string, rest: string) => writeFile(file, gzipSync(`${line}\n${rest}`));
    const before = await shop.rows();

    await rewrite(head.replace(/"schema":\d+/, '"schema":99'), body);
    await assert.rejects(applied(id), { code: "versionSkew" });
    assert.match((await shop.maintenance.backups())[0]?.blocked ?? "", /newer version/);

    await rewrite(head, body.replace('"deprecated":0', '"deprecated":1'));
    await assert.rejects(applied(id), { code: "formatInvalid" });

    await truncate(file, 30);
    await assert.rejects(applied(id), { code: "formatInvalid" });
    assert.equal((await shop.maintenance.backups())[0]?.blocked, "it is damaged");

    for (const none of ["none", "../registry/1", ""]) await assert.rejects(applied(none), { code: "notFound" });
    assert.deepEqual(await shop.rows(), before);
  });

  test("a backup of an older version takes the defaults of the columns that came after it", async () => {
    const { id } = await shop.maintenance.createBackup(undefined, never);
    const file = path.join(shop.storage, "backups", `${id}.json.gz`);
    const [head = "", body = ""] = gunzipSync(await readFile(file))
      .toString()
      .split("\n");
    const { createHash } = await import("node:crypto");
    const older = body.replaceAll(
      /,"(?:backend_config_json|extra_args_json|notes|description|lock_sha256)":(?:"[^"]*"|null)/g,
      "",
    );
    assert.ok(older.length < body.length);
    const told = { ...JSON.parse(head), schema: 1, sha256: createHash("sha256").update(older).digest("hex") };
    await writeFile(file, gzipSync(`${JSON.stringify(told)}\n${older}`));
    const before = await shop.rows();
    await doIt(shop.maintenance, { purge: ["a"] });
    await applied(id);
    assert.deepEqual(await shop.rows(), before);
  });

  test("what is over the count or too old goes; the newest backup stays", async () => {
    await shop.close();
    let now = Date.parse("2030-01-01T00:00:00Z");
    const later = await openWorkshop({
      root: shop.root,
      generation: 2,
      clock: { ...shop.parts.clock, wall: () => now },
      settings: {
        ...shop.parts.settings,
        backups: { keep: { count: 2, days: 10 } },
        history: { keep: { count: 3, days: 20 } },
        trash: { keep: 5 },
      },
    });
    const day = 86_400_000;
    for (const add of ["c", "d", "e"]) {
      await doIt(later.maintenance, { add: [add] });
      now += day;
    }
    assert.equal((await later.maintenance.backups()).length, 2);
    await doIt(later.maintenance, { trash: ["owner/a/a.gguf"] });
    assert.equal((await later.maintenance.history(undefined)).length, 3);
    assert.equal((await readdir(path.join(later.storage, "history"))).length, 3);
    assert.equal((await later.maintenance.trash()).length, 1);
    now += 6 * day;
    await later.maintenance.recover();
    assert.deepEqual(await later.maintenance.trash(), []);
    assert.deepEqual(
      Object.keys(await later.tree()).filter((name) => name.startsWith(".")),
      [],
    );
    const [newest] = await later.maintenance.history(undefined);
    assert.match(newest?.blocked ?? "", /not in the trash/);
    now += 30 * day;
    await later.maintenance.recover();
    assert.deepEqual(await later.maintenance.history(undefined), []);
    assert.deepEqual(await readdir(path.join(later.storage, "history")), []);
    assert.equal((await later.maintenance.backups()).length, 1);
    await later.close();
  });

  test("emptying the trash frees the bytes of what was named, and of what is on a missing drive nothing", async () => {
    await doIt(shop.maintenance, { trash: ["owner/a/a.gguf", "owner/b/b.gguf"] });
    const [one, two] = await shop.maintenance.trash();
    assert.ok(one && two);
    await assert.rejects(shop.maintenance.emptyTrash([one.id, "none"], never), { code: "notFound" });
    assert.equal((await shop.maintenance.trash()).length, 2);
    assert.equal(await shop.maintenance.emptyTrash([one.id], never), one.bytes);
    assert.deepEqual(await shop.maintenance.trash(), [two]);
    assert.equal(await shop.maintenance.emptyTrash(undefined, never), two.bytes);
    assert.deepEqual(
      Object.keys(await shop.tree()).filter((name) => name.startsWith(".")),
      [],
    );
  });

  test("things on a drive that is not there stay in the trash", async () => {
    const drive = path.join(shop.root, "drive");
    const second = await openWorkshop({ root: drive });
    await second.entries("x");
    await doIt(second.maintenance, { trash: ["owner/x/x.gguf"] });
    await second.close();
    await rename(path.join(drive, "data"), path.join(shop.root, "moved/data")).catch(async () => {
      const { mkdir } = await import("node:fs/promises");
      await mkdir(path.join(shop.root, "moved"), { recursive: true });
      await rename(path.join(drive, "data"), path.join(shop.root, "moved/data"));
    });
    await rename(drive, `${drive}.unplugged`);
    const third = await openWorkshop({ root: path.join(shop.root, "moved"), generation: 2 });
    await assert.rejects(third.maintenance.emptyTrash(undefined, never), /its drive is not there/);
    assert.equal((await third.maintenance.trash()).length, 1);
    await rename(`${drive}.unplugged`, drive);
    assert.ok((await third.maintenance.emptyTrash(undefined, never)) > 0);
    await third.close();
  });
});
