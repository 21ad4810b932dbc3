import { isSecretName } from "../serving/compose/withheld.ts";

/**
 * What a server gets of our own environment: no secrets, no settings of the editor, and none of llama-server's own
 * variables, which would change a profile without being seen in it.
 */
export function serverEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !UNWANTED.test(name) && !isSecretName(name)),
  );
}

const UNWANTED = /^(LLAMA_ARG_|VSCODE_|ELECTRON_|NODE_OPTIONS$|NODE_ENV$|npm_)/i;
