/** Decimal units, as disks and hubs count: 4.9 GB. Under 10 one decimal, above none. */
export function sizeWords(count: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let value = Math.max(0, count);
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

export const rateWords = (bytesPerSecond: number): string => `${sizeWords(bytesPerSecond)}/s`;

/** The two largest units: 2 h 5 min, 3 min 20 s, 12 s; under a second in ms. */
export function durationWords(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.max(0, Math.round(milliseconds))} ms`;
  const whole = Math.round(milliseconds / 1000);
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(whole / 86_400), "d"],
    [Math.floor(whole / 3600) % 24, "h"],
    [Math.floor(whole / 60) % 60, "min"],
    [whole % 60, "s"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
}
