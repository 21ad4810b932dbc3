/** As `2026-11-20 10:05`, in this machine's own time; what is no time stands as it is. */
export function timeWords(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const two = (count: number): string => String(count).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** As `22:00`, with the day where it is not today's. */
export function clockWords(iso: string, now: Date): string {
  const words = timeWords(iso);
  const [day, clock] = words.split(" ");
  return clock !== undefined && timeWords(now.toISOString()).startsWith(day ?? "") ? clock : words;
}
