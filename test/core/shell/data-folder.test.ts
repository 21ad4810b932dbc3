import assert from "node:assert/strict";
import path from "node:path";
import { dataFolder } from "../../../src/core/adapters/data-folder.ts";

suite("the data folder", () => {
  const home = path.resolve("/home/ann");

  test("is what the setting names, with the home folder spelt ~", () => {
    assert.equal(dataFolder("/srv/deck", "linux", {}, home), path.resolve("/srv/deck"));
    assert.equal(dataFolder("~/deck", "linux", { XDG_DATA_HOME: "/x" }, home), path.join(home, "deck"));
  });

  test("else lies where XDG says, which counts on every platform, but only as an absolute path", () => {
    for (const platform of ["linux", "darwin", "win32"] as const)
      assert.equal(dataFolder("", platform, { XDG_DATA_HOME: "/data" }, home), path.join("/data", "modeldeck"));
    assert.equal(dataFolder("", "linux", { XDG_DATA_HOME: "data" }, home), path.join(home, ".local/share/modeldeck"));
  });

  test("else in the platform's own place", () => {
    assert.equal(dataFolder("", "linux", {}, home), path.join(home, ".local/share/modeldeck"));
    assert.equal(dataFolder("", "darwin", {}, home), path.join(home, "Library/Application Support/modeldeck"));
    assert.equal(dataFolder("", "win32", { LOCALAPPDATA: "/l" }, home), path.join("/l", "modeldeck"));
  });
});
