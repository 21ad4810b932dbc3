/** An element with attributes, class and children; texts become text nodes, never markup. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Writes only what differs, so that selection, focus and screen readers are left alone. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export interface Row<T> {
  readonly element: HTMLElement;
  update(item: T): void;
}

/** Draws all items in their order; `update` writes one that is drawn, and passes over one that is not. */
export interface KeyedList<T> {
  (items: readonly T[]): void;
  update(item: T): void;
}

/**
 * A list that keeps the element of each key: rows are made once, then updated, moved or removed.
 * Focus stays where it is, also in a row that moves.
 */
export function keyedList<T>(
  parent: HTMLElement,
  keyOf: (item: T) => string,
  create: (item: T) => Row<T>,
): KeyedList<T> {
  const rows = new Map<string, Row<T>>();
  const draw = (items: readonly T[]): void => {
    const wanted = new Set(items.map(keyOf));
    for (const [key, row] of rows) {
      if (wanted.has(key)) continue;
      row.element.remove();
      rows.delete(key);
    }
    let focused: Element | null = null;
    let before: Element | null = parent.firstElementChild;
    for (const item of items) {
      const key = keyOf(item);
      const row = rows.get(key) ?? create(item);
      rows.set(key, row);
      row.update(item);
      // Asked after the update: a button that went has handed its focus on.
      if (row.element.contains(document.activeElement)) focused = document.activeElement;
      if (row.element === before) before = before.nextElementSibling;
      else parent.insertBefore(row.element, before);
    }
    // What moves loses its focus on the way.
    if (focused instanceof HTMLElement && focused.isConnected && document.activeElement === document.body)
      focused.focus();
  };
  return Object.assign(draw, { update: (item: T) => rows.get(keyOf(item))?.update(item) });
}
