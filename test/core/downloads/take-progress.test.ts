import assert from "node:assert/strict";
import { type Item, createItem } from "../../../src/core/downloads/item.ts";
import { showItem } from "../../../src/core/downloads/show-item.ts";
import { takeProgress } from "../../../src/core/downloads/take-progress.ts";
import { queueRow } from "../../../src/core/present/queue-row.ts";
import type { TransferProgress } from "../../../src/core/downloads/transfers.ts";

const anItem = (): Item =>
  createItem(
    {
      version: 1,
      provider: "huggingface",
      repository: "owner/model",
      revision: "main",
      commit: "0",
      variant: "Q4_K_M",
      root: "/models",
      folder: "/models",
      madeFolders: [],
      force: false,
      tags: [],
      characteristics: [],
      files: [{ path: "a.gguf", target: "/models/a.gguf", sizeBytes: 1000, primary: true }],
    },
    { id: "1", priority: 0, position: 1, addedAt: "", state: "running" },
  );

/** What is shown after each word of a transfer of 1000 bytes: bytes, and the reason where there is one. */
function shown(told: readonly (readonly [TransferProgress["phase"], number])[], guessedAt?: number): string {
  const item = anItem();
  const [file] = item.files;
  assert.ok(file);
  if (guessedAt !== undefined) Object.assign(file, { guessed: true, doneBytes: guessedAt });
  return told
    .map(([phase, doneBytes], index) => {
      takeProgress(item, file, { phase, doneBytes }, index * 250);
      const { bytesDone, reason } = showItem(item, index * 250);
      return `${bytesDone}${reason ? ` ${reason.code}` : ""}`;
    })
    .join(", ");
}

suite("bytes that are shown", () => {
  for (const [name, told, answer] of [
    [
      "grow",
      [
        ["fetching", 100],
        ["fetching", 300],
      ],
      "100, 300",
    ],
    [
      "hold where a connection took some back",
      [
        ["fetching", 600],
        ["fetching", 500],
        ["fetching", 700],
      ],
      "600, 600, 700",
    ],
    [
      "hold while what is there is read",
      [
        ["fetching", 600],
        ["checking", 10],
        ["checking", 600],
        ["fetching", 700],
      ],
      "600, 600, 600, 700",
    ],
    [
      "fall where the file starts over, which is said until it is where it was",
      [
        ["fetching", 600],
        ["fetching", 0],
        ["fetching", 500],
        ["fetching", 600],
        ["fetching", 700],
      ],
      "600, 0 startsOver, 500 startsOver, 600, 700",
    ],
  ] as const)
    test(name, () => assert.equal(shown(told), answer));

  test("what a record said is a guess: the transfer knows better, and needs no reason", () => {
    assert.equal(
      shown(
        [
          ["fetching", 100],
          ["fetching", 200],
        ],
        800,
      ),
      "100, 200",
    );
    assert.equal(
      shown(
        [
          ["checking", 100],
          ["fetching", 800],
        ],
        800,
      ),
      "800, 800",
    );
  });

  test("while others are proven for it, how far that is; not one of them is its own when they are none", () => {
    const item = anItem();
    const [file] = item.files;
    assert.ok(file);
    Object.assign(file, { state: "checking", doneBytes: 100, provenShare: 0.43 });
    const proving = showItem(item, 0);
    assert.deepEqual([proving.state, proving.bytesDone, proving.files[0]?.doneBytes], ["verifying", 430, 430]);
    assert.equal(queueRow(proving).pace, "43 %");
    file.provenShare = 0.05;
    assert.equal(showItem(item, 0).bytesDone, 100);
    file.provenShare = undefined;
    assert.equal(showItem(item, 0).bytesDone, 100);
  });
});
