import * as v from "valibot";
import { argumentProblem } from "../util/argument-problem.ts";
import { fault } from "../util/faults.ts";
import { nearNames } from "../util/near-names.ts";
import { firstChangedRow } from "./apply/touched.ts";
import { type Breath, createBreath } from "./breath.ts";
import { terminalCommand } from "./command.ts";
import type { KeptPlan } from "./kept-plans.ts";
import { planOf } from "./make-plan.ts";
import type { Operation } from "./operation.ts";
import type { MaintenanceParts } from "./parts.ts";
import type { Decision, Survey } from "./plan.ts";
import { steadily } from "./slices.ts";
import { basisOf } from "./survey/basis.ts";
import { readsMuch, unreadableIn } from "./survey/read-stores.ts";
import { takeSurvey } from "./survey/take-survey.ts";

/** Looks, and has the operation decide. @throws FaultError `notFound`, `badArguments` naming the option */
export async function planOperation(
  parts: MaintenanceParts,
  name: string,
  given: unknown,
  signal: AbortSignal,
): Promise<KeptPlan> {
  const operation = operationOf(parts.operations, name);
  const options = optionsOf(operation, given);
  const places = { ...(await parts.places(signal)), locations: parts.settings.locations };
  const wants = operation.wants(options, places);
  const title = parts.titleOf(operation.name);
  const look = (until: AbortSignal): Promise<Survey> =>
    readsMuch(wants)
      ? parts.scans.run(title, (tell, own) => takeSurvey(parts, wants, tell, own), until)
      : takeSurvey(parts, wants, () => {}, until);
  const basisIn = (survey: Survey): Promise<string> =>
    steadily(basisOf(parts.digest, survey, wants, name, options), createBreath(parts.clock));

  const survey = await look(signal);
  const breath = createBreath(parts.clock);
  const { steps, keptBack, findings = [] } = await decided(operation, survey, options, breath);
  await breath.take();
  const basis = await basisIn(survey);
  const told = asRecord(options);
  const run = {
    operation: operation.name,
    title,
    steps,
    backup: typeof told["backup"] === "boolean" ? told["backup"] : operation.backup,
  };
  const plan = planOf(run, {
    planId: parts.random.id(),
    operation: operation.name,
    options: told,
    basis,
    keptBack,
    findings: [...findings, ...unreadableIn(survey)],
    command: terminalCommand("maintenance.apply", { operation: name, options: told, confirm: true }),
  });
  return {
    plan,
    run,
    check: async (again) => {
      if ((await basisIn(await look(again))) === basis) return;
      throw fault({ code: "stale", what: (await firstChangedRow(parts, steps)) ?? "The collection" });
    },
  };
}

const decided = async (operation: Operation, survey: Survey, options: unknown, breath: Breath): Promise<Decision> =>
  operation.slices ? steadily(operation.slices(survey, options), breath) : operation.decide(survey, options);

function operationOf(operations: readonly Operation[], name: string): Operation {
  const operation = operations.find((one) => one.name === name);
  if (operation) return operation;
  const near = nearNames(
    name,
    operations.map((one) => one.name),
  );
  throw fault({ code: "notFound", what: "operation", name, near });
}

function optionsOf(operation: Operation, given: unknown): unknown {
  const checked = v.safeParse(operation.options, given ?? {});
  if (checked.success) return checked.output;
  const [issue] = checked.issues;
  const inside = v.getDotPath(issue);
  throw fault({
    code: "badArguments",
    verb: `maintenance.${operation.name}`,
    path: inside === null ? "options" : `options.${inside}`,
    problem: argumentProblem(issue, operation.options),
  });
}

const asRecord = (options: unknown): Readonly<Record<string, unknown>> =>
  typeof options === "object" && options !== null ? Object.fromEntries(Object.entries(options)) : {};
