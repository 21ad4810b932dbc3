/** Tiles that are dragged to another place in their list; buttons do the same for those who cannot drag. */
export interface Dragging {
  readonly watch: (element: HTMLElement, id: string) => void;
}

/** @param onPlace the tile in front of which it was let go; null: behind all */
export function createDragging(onPlace: (id: string, before: string | null) => void): Dragging {
  let dragged: string | undefined;
  const isAbove = (element: HTMLElement, y: number): boolean => {
    const { top, height } = element.getBoundingClientRect();
    return y < top + height / 2;
  };
  const clear = (element: HTMLElement): void => element.classList.remove("above", "below");
  return {
    watch: (element, id) => {
      element.addEventListener("dragstart", ({ dataTransfer }) => {
        dragged = id;
        dataTransfer?.setData("text/plain", element.querySelector(".model")?.textContent ?? "");
        element.classList.add("dragged");
      });
      element.addEventListener("dragend", () => {
        dragged = undefined;
        element.classList.remove("dragged");
      });
      element.addEventListener("dragover", (event) => {
        if (dragged === undefined || dragged === id || !element.draggable) return;
        event.preventDefault();
        clear(element);
        element.classList.add(isAbove(element, event.clientY) ? "above" : "below");
      });
      element.addEventListener("dragleave", () => clear(element));
      element.addEventListener("drop", (event) => {
        event.preventDefault();
        clear(element);
        if (dragged === undefined || dragged === id) return;
        const next = element.nextElementSibling;
        const before = isAbove(element, event.clientY)
          ? id
          : next instanceof HTMLElement && next.draggable
            ? (next.dataset["id"] ?? null)
            : null;
        if (before !== dragged) onPlace(dragged, before);
      });
    },
  };
}
