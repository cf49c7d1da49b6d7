import type { ListedStory } from './list.ts';
import { type ViewState, viewNames } from './state.ts';

interface Reach {
  state(): ViewState;
  update(next: Partial<ViewState>): void;
  stories(): readonly ListedStory[];
  story(listed: ListedStory): void;
  fit(): void;
  takeBack(which: 'undo' | 'redo'): void;
  readonly list: HTMLElement;
}

/** `/` searches, j and k go through the stories, left and right along the hops, c cuts, f fits, Ctrl+Z takes back, 1 to 6 change the view, Escape goes back. */
export function keyboard(app: Reach): void {
  document.addEventListener('keydown', (event) => {
    const target = event.target as HTMLElement;
    const typing = target.matches('input, textarea');
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !typing && /^[zy]$/i.test(event.key)) {
      app.takeBack(event.shiftKey || event.key.toLowerCase() === 'y' ? 'redo' : 'undo');
      event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || target.matches('select')) return;
    if (typing) {
      if (event.key === 'Escape') target.blur();
      return;
    }
    if (act(event.key)) event.preventDefault();
  });

  function act(key: string): boolean {
    const state = app.state();
    const shown = app.stories();
    const at = shown.findIndex((each) => each.story.id === state.story);
    const path = shown[at]?.paths.find((each) => each.id === state.path) ?? shown[at]?.best;
    const hops = path?.steps.length ?? 0;
    const go = (index: number): boolean => {
      const listed = shown[Math.max(0, Math.min(shown.length - 1, index))];
      if (listed === undefined) return false;
      app.story(listed);
      app.list.querySelector<HTMLElement>('[aria-current="true"]')?.focus();
      return true;
    };
    const inStories = state.view === 'stories';
    if (key === '/') document.querySelector<HTMLElement>('.search')?.focus();
    else if (key === 'Escape') app.update(state.node !== '' ? { node: '' } : { hop: -1, panel: 'evidence' });
    else if (key === 'f') app.fit();
    else if (/^[1-6]$/.test(key)) document.querySelector<HTMLElement>(`nav [data-view="${viewNames[Number(key) - 1]}"]`)?.click();
    else if (inStories && (key === 'j' || key === 'ArrowDown')) return go(at + 1);
    else if (inStories && (key === 'k' || key === 'ArrowUp')) return go(at - 1);
    else if (inStories && key === 'ArrowRight') app.update({ hop: Math.min(hops - 1, state.hop + 1), node: '', panel: 'evidence' });
    else if (inStories && key === 'ArrowLeft') app.update({ hop: Math.max(-1, state.hop - 1), node: '', panel: 'evidence' });
    else if (inStories && key === 'd') app.update({ panel: state.panel === 'decide' ? 'evidence' : 'decide', node: '' });
    else if (inStories && key === 'c' && path !== undefined && state.hop >= 0) {
      const step = path.steps[state.hop];
      if (step === undefined) return false;
      const cut = `s:${step.from}>${step.to}`;
      app.update({ panel: 'decide', cuts: state.cuts.includes(cut) ? state.cuts.filter((each) => each !== cut) : [...state.cuts, cut] });
    } else return false;
    return true;
  }
}
