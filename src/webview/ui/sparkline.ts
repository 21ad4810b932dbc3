const SVG = "http://www.w3.org/2000/svg";

/** A line of so many steps that ends at the right; it is stretched to its place by the style sheet. */
export function sparkline(steps: number): {
  readonly element: SVGSVGElement;
  /** Oldest first; a negative value is a gap. @param words what a screen reader says of it */
  set(values: readonly number[], words: string): void;
} {
  const element = document.createElementNS(SVG, "svg");
  const attributes = { class: "spark", viewBox: `0 0 ${steps} 20`, preserveAspectRatio: "none", role: "img" };
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("vector-effect", "non-scaling-stroke");
  element.append(line);
  let drawn = "";
  return {
    element,
    set: (values, words) => {
      const path = pathOf(values.slice(-steps), steps);
      if (path !== drawn) line.setAttribute("d", path);
      drawn = path;
      if (element.getAttribute("aria-label") !== words) element.setAttribute("aria-label", words);
    },
  };
}

/** Zero lies on the bottom, the greatest value at the top. */
export function pathOf(values: readonly number[], steps: number): string {
  const most = Math.max(1, ...values);
  const parts: string[] = [];
  let isDrawing = false;
  for (const [index, value] of values.entries()) {
    if (value < 0) {
      isDrawing = false;
      continue;
    }
    const x = steps - values.length + index + 0.5;
    const y = 19 - (value / most) * 18;
    // A step alone between gaps is a short dash.
    parts.push(isDrawing ? `L${x} ${y.toFixed(1)}` : `M${x - 0.5} ${y.toFixed(1)}L${x} ${y.toFixed(1)}`);
    isDrawing = true;
  }
  return parts.join("");
}
