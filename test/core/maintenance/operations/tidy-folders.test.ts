import assert from "node:assert/strict";
import * as v from "valibot";
import { tidyFolders } from "../../../../src/core/maintenance/operations/tidy-folders.ts";
import { type FakeWorld, inWords, kept, surveyOf } from "./survey.ts";

const tidy = (world: FakeWorld, root = "/models") => tidyFolders.decide(surveyOf(world), { root });
const file = { size: 1 };

suite("tidy empty folders", () => {
  test("removes repositories without a file, and owners without a repository, deepest first", () => {
    const decided = tidy({
      disk: {
        "/models/o/empty/deep/deeper": "folder",
        "/models/o/full/a.gguf": file,
        "/models/gone/r1": "folder",
        "/models/gone/r2": "folder",
      },
    });
    assert.deepEqual(inWords(decided), [
      "removeFolder /models/o/empty/deep/deeper",
      "removeFolder /models/o/empty/deep",
      "removeFolder /models/gone/r1",
      "removeFolder /models/gone/r2",
      "removeFolder /models/o/empty",
      "removeFolder /models/gone",
    ]);
  });

  test("leaves an empty folder inside a repository that holds files, and the root itself", () => {
    assert.deepEqual(inWords(tidy({ disk: { "/models/o/r/a.gguf": file, "/models/o/r/sub": "folder" } })), []);
    assert.deepEqual(inWords(tidy({ disk: { "/models": "folder" } })), []);
  });

  test("leaves ComfyUI its folders of types, however empty, but not an owner of such a name", () => {
    const decided = tidy({
      disk: {
        "/models/comfy/models/loras": "folder",
        "/models/comfy/models/vae": "folder",
        "/models/comfy/models/checkpoints/a.safetensors": file,
        "/models/comfy/models/notes": "folder",
        "/models/vae/empty": "folder",
      },
    });
    assert.deepEqual(inWords(decided), ["removeFolder /models/vae/empty", "removeFolder /models/vae"]);
    const root = tidy(
      { disk: { "/models/c/loras": "folder", "/models/c/vae": "folder", "/models/c/unet": "folder" } },
      "/models/c",
    );
    assert.deepEqual(inWords(root), []);
  });

  test("does not follow a link, and does not take a folder with one for empty", () => {
    const decided = tidy({
      disk: {
        "/models/o/out": { link: "/elsewhere" },
        "/models/o/loop": { link: "/models/o" },
        "/models/p/nowhere": { link: "/gone" },
        "/elsewhere/r": "folder",
      },
    });
    assert.deepEqual(inWords(decided), []);
  });

  test("leaves folders of other roots, of the settings, of programs, and those nobody may read", () => {
    const decided = tidy({
      locations: { main: "/models", more: "/models/more/here" },
      weightsRoot: "/models/weights",
      disk: {
        "/models/more/here": "folder",
        "/models/weights": "folder",
        "/models2/o/r": "folder",
        "/models/.cache": "folder",
        "/models/secret": { unreadable: "permission denied" },
      },
    });
    assert.deepEqual(inWords(decided), []);
  });

  test("leaves what a root of the settings is a link to", () => {
    const disk = { "/hf": { link: "/models/o/r" }, "/models/o/r": "folder" } as const;
    assert.deepEqual(inWords(tidy({ locations: { main: "/models", other: "/hf" }, disk })), []);
  });

  test("says why where the root is not there", () => {
    assert.deepEqual(kept(tidy({ offline: ["/models"] })), { "/models": "its drive is not there" });
    assert.deepEqual(kept(tidy({})), { "/models": "there is no such folder" });
    assert.deepEqual(kept(tidy({ disk: { "/models/a": file } }, "/models/a")), { "/models/a": "it is a file" });
  });

  test("takes the root with or without a line at its end, and only a whole one", () => {
    assert.deepEqual(inWords(tidy({ disk: { "/models/o/r": "folder" } }, "/models/")), [
      "removeFolder /models/o/r",
      "removeFolder /models/o",
    ]);
    assert.equal(v.safeParse(tidyFolders.options, { root: "models" }).success, false);
    assert.equal(v.safeParse(tidyFolders.options, {}).success, false);
  });
});
