import * as vscode from "vscode";
import { createScope } from "../core/util/scope.ts";
import { setFlow } from "./accounts-flow.ts";
import { removeAccount } from "./accounts.ts";
import type { MaintenanceCommandId } from "./contributions/maintenance-commands.ts";
import { flowHandlers } from "./flow-handlers.ts";
import { createMaintenance } from "./maintenance/maintenance.ts";
import { isOperation, runOperation } from "./maintenance/run-operation.ts";
import { asNode, asNodes } from "./model-node.ts";
import { createServerOutput } from "./server-output.ts";
import { pullImage } from "./serving/pull-image.ts";
import { speakHere } from "./speak-here.ts";
import type { FlowCommandId, Flows, Stage } from "./stage.ts";
import { createSwitcher } from "./switcher.ts";

speakHere();

const logChannel = (title: string): vscode.OutputChannel => vscode.window.createOutputChannel(title, "log");

/** Everything that a person is asked, and what comes of it. */
export function createFlows(stage: Stage): Flows {
  const { link, ask, secrets, signal } = stage;
  const scope = createScope();
  const pull = (image: string): Promise<void> => pullImage(image, { link, ask, signal });
  const switcher = createSwitcher({ ...stage, pullImage: pull });
  const serverOutput = scope.use(createServerOutput({ ...stage, open: logChannel }));
  const maintenance = scope.use(createMaintenance(stage));
  const own = flowHandlers({ ...stage, switcher, serverOutput, operate: maintenance.flow, pullImage: pull });
  const isMaintenance = (id: FlowCommandId): id is MaintenanceCommandId => Object.hasOwn(maintenance.handlers, id);
  return {
    run: async (id, args) =>
      isMaintenance(id) ? maintenance.handlers[id](args) : own[id](asNode(args[0]), asNodes(args)),
    answer: async (id, args) => {
      if (id === "modelDeck.accounts.set") return setFlow(stage, args);
      const operation = id.slice("modelDeck.maintenance.".length);
      return isOperation(operation) ? runOperation(ask, operation, args, signal) : removeAccount(secrets, args);
    },
    switcher,
    obey: (wish) => (wish.kind === "restart" ? switcher.restart(wish.server) : switcher.take(wish.profile, wish.offer)),
    dispose: () => scope.dispose(),
  };
}
