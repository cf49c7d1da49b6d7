const marks = ['data-story', 'data-hop', 'data-path', 'data-finding', 'data-change', 'data-focus'];

interface FocusMark {
  readonly selector: string;
  /** Where the cursor stands in a field. */
  readonly at: number | null;
}

/** What has the focus, in words that are still true after everything was drawn anew. */
export function focusedMark(): FocusMark | undefined {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement)) return undefined;
  const name = marks.find((mark) => active.hasAttribute(mark));
  if (name !== undefined) {
    return { selector: `[${name}="${CSS.escape(active.getAttribute(name) ?? '')}"]`, at: active instanceof HTMLInputElement ? active.selectionStart : null };
  }
  const label = active.getAttribute('aria-label');
  return active.tagName === 'SELECT' && label !== null ? { selector: `select[aria-label="${CSS.escape(label)}"]`, at: null } : undefined;
}

export function restoreFocus(mark: FocusMark | undefined): void {
  if (mark === undefined) return;
  const element = document.querySelector<HTMLElement>(mark.selector);
  if (element === null || element === document.activeElement) return;
  element.focus({ preventScroll: true });
  if (element instanceof HTMLInputElement && mark.at !== null) element.setSelectionRange(mark.at, mark.at);
}
