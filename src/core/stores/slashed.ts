/** A path of Windows with slashes; any without one at its end. */
export const slashed = (path: string): string =>
  (/^[a-z]:\\|^\\\\/i.test(path) ? path.replaceAll("\\", "/") : path).replace(/(?<=.)\/+$/, "");
