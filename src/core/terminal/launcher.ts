/** What a small script has to know to start the terminal command; all absolute. */
export interface Launch {
  /** A Node, or an editor that can be one. */
  readonly program: string;
  readonly script: string;
  readonly storage: string;
}

const AGAIN = "It is not there any more. Run Model Deck: Set Up the Terminal Command in the editor again.";

/** For a shell of Unix. */
export const shellLauncher = ({ program, script, storage }: Launch): string => `#!/bin/sh
# The terminal command of Model Deck, written by its extension, which writes it anew when it is updated.
script=${quoted(script)}
[ -f "$script" ] || { echo "$script: ${AGAIN}" >&2; exit 127; }
if [ -z "\${MODELDECK_STORAGE:-}" ]; then
  MODELDECK_STORAGE=${quoted(storage)}
  export MODELDECK_STORAGE
fi
ELECTRON_RUN_AS_NODE=1 exec ${quoted(program)} "$script" "$@"
`;

/** For Windows; a percent sign in a path is written twice. */
export const windowsLauncher = ({ program, script, storage }: Launch): string => {
  const path = (text: string): string => text.replaceAll("%", "%%");
  return [
    "@echo off",
    "setlocal",
    `if not exist "${path(script)}" (echo ${path(script)}: ${AGAIN} 1>&2 & exit /b 127)`,
    `if "%MODELDECK_STORAGE%"=="" set "MODELDECK_STORAGE=${path(storage)}"`,
    "set ELECTRON_RUN_AS_NODE=1",
    `"${path(program)}" "${path(script)}" %*`,
    "",
  ].join("\r\n");
};

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
