import assert from "node:assert/strict";
import type { HubServer } from "../support/hub-server.ts";
import { TRY, untilDone } from "../support/vscode/gesture.ts";
import { until } from "../support/vscode/until.ts";
import type { Workbench } from "../support/vscode/workbench.ts";
import type { WorldModel } from "../support/world.ts";

/** A person with a token: a wrong one is told at once, the right one says whose it is and opens what is gated. */
export async function accountsWalk(walk: {
  readonly workbench: Workbench;
  readonly hub: HubServer;
  /** A model whose terms the right token has accepted. */
  readonly gated: WorldModel;
  readonly shot: (name: string) => Promise<void>;
}): Promise<void> {
  const { workbench, hub, gated, shot } = walk;
  await until(
    "the status-bar item",
    () => workbench.statusBar("modeldeck.modeldeck.serving"),
    (text) => text === "No model",
    { timeout: 180_000 },
  );
  const box = workbench.quickInput();
  const rows = async (): Promise<string> =>
    (await box.locator(".monaco-list-row").allInnerTexts()).join("|").replaceAll(/\s+/g, " ");
  const untilRows = (wanted: RegExp): Promise<string> =>
    until(`accounts that say ${wanted.source}`, rows, (text) => wanted.test(text));
  const pressOnAccount = (title: string, wanted: RegExp): Promise<void> =>
    untilDone(
      `accounts that say ${wanted.source}`,
      async () => {
        const row = box.locator(".monaco-list-row", { hasText: "Hugging Face" });
        await row.hover(TRY);
        await row.getByRole("button", { name: title }).click(TRY);
      },
      async () => wanted.test(await rows()),
    );
  const answerToken = async (token: string): Promise<void> => {
    // The box before it stands a moment longer.
    await box.getByText("Hugging Face Token").waitFor();
    await workbench.answerInput(token);
  };

  await workbench.runCommand("Model Deck: Accounts…");
  await untilRows(/Hugging Face\s?no token is set\|/);
  await shot("1-accounts");
  await workbench.pick(/Hugging Face/);
  await answerToken("hf_wrong");
  await workbench.told(/Hugging Face: its token is refused/);
  await shot("2-refused");
  await workbench.runCommand("Model Deck: Accounts…");
  await untilRows(/Hugging Face\s?a token is set\|/);
  await pressOnAccount("Check Whose Token It Is", /Hugging Face\s?its token is refused: set another\|/);
  await shot("3-checked");
  await workbench.leaveInput();

  await workbench.pressInNotification("refused", "Set Another");
  await answerToken("hf_ada");
  await workbench.told(/Hugging Face: signed in as ada/);
  await shot("4-signed-in");
  await workbench.runCommand("Model Deck: Download Model…");
  await workbench.answerInput(gated.repository);
  await until(
    "the files of the gated model",
    () => workbench.picks(),
    (labels) => labels.some((label) => label.includes(gated.quantization)),
  );
  assert.match((await box.locator("input.input").getAttribute("placeholder")) ?? "", /^What to download · gated/);
  await workbench.pressInInput("Enter");
  await box.getByText("check at least one").waitFor();
  await shot("5-nothing-checked");
  await workbench.pick(new RegExp(`^\\s*${gated.quantization} ·`));
  await workbench.confirmPicks();
  await workbench.told(new RegExp(`${gated.repository} ${gated.quantization} is here`), { timeout: 180_000 });
  assert.ok(hub.requests.some(({ headers }) => headers["authorization"] === "Bearer hf_ada"));

  await workbench.runCommand("Model Deck: Accounts…");
  await untilRows(/^Hugging Face/);
  await pressOnAccount("Remove the Token", /Hugging Face\s?no token is set\|/);
  await workbench.leaveInput();
  await workbench.runCommand("Notifications: Clear All Notifications");
}
