import { h } from './dom.ts';

/** What the page says: for screen readers, or for everybody for a while. */
export class Voice {
  readonly host = h('div', { class: 'said', role: 'status', 'aria-live': 'polite' });

  say(text: string): void {
    this.host.textContent = text;
    this.host.classList.remove('told');
  }

  tell(text: string): void {
    this.say(text);
    this.host.classList.add('told');
    setTimeout(() => this.host.textContent === text && this.host.classList.remove('told'), 4000);
  }
}
