import { t } from "@vscode/l10n";
import type { Fault } from "../util/faults.ts";
import type { FaultWords } from "./fault-words.ts";
import { sizeWords } from "./units.ts";

type Unreachable = Extract<Fault, { code: "engineUnreachable" }>;

/** Why an engine cannot be used, with the one thing to do about it. */
export function engineWords(
  fault: Unreachable | Extract<Fault, { code: "engineElsewhere" | "notOnEngine" }>,
): FaultWords {
  if (fault.code === "engineUnreachable")
    return {
      message: t("No container engine answers at {0}: {1}", fault.address, fault.reason),
      remedy: remedyOf(fault),
      actions: [{ title: t("Choose Engine"), do: { kind: "openSettings", key: "modelDeck.serving" } }],
    };
  if (fault.code === "engineElsewhere")
    return {
      message: t(
        "The engine at {0} is another machine's: a server there is reached over the network, by others too.",
        fault.engine,
      ),
      remedy: t("Name in the settings the address of that machine at which servers may be reached."),
      actions: [{ title: t("Name Address"), do: { kind: "openSettings", key: "modelDeck.serving.remoteAddress" } }],
    };
  const { engine, path, there, size } = fault;
  if (there === undefined)
    return {
      message: t("{0} is on this machine, and the engine runs on {1}.", path, engine),
      remedy: t("Say in the settings which folder there holds the same files."),
      actions: [{ title: t("Map Folders"), do: { kind: "openSettings", key: "modelDeck.serving.remoteFolders" } }],
    };
  return {
    message: size
      ? t("{0} on {1} has {2}, and here it has {3}.", there, engine, sizeWords(size.there), sizeWords(size.here))
      : t("There is no {0} on {1}, where {2} should be.", there, engine, path),
    remedy: t("Copy {0} there, then try again.", path),
  };
}

function remedyOf({ why, address }: Unreachable): string {
  if (why === undefined && /^(tcp|https?):/.test(address))
    return t("Check the address, or serve with a local program.");
  if (why === undefined) return t("Start Docker or Podman, or serve with a local program.");
  switch (why) {
    case "denied":
      return t("Let this user use it: on Linux join the group docker and log in again.");
    case "starting":
    case "silent":
      return t("Wait until it has started, or restart it.");
    case "old":
      return t("Update the engine.");
    case "ssh":
      return t("Have it listen on tcp:// with TLS, and name that address in the settings.");
    case "context":
      return t("Choose another context with “docker context use”.");
    case "certificate":
      return t("Check the certificates of DOCKER_CERT_PATH, or of the context in use.");
    case "stopped":
      return t("Start the engine, or serve with a local program.");
  }
}
