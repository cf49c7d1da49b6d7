import { type Palette, palette } from '../../src/view/draw/palette.ts';

/** The colours of the page as values, for what has no style sheet: as they are now, or as paper has them. */
export function colours(scheme: 'light' | 'dark' = current()): Palette {
  const style = getComputedStyle(document.documentElement);
  return palette((ink) => {
    const value = style.getPropertyValue(`--${ink}`).trim();
    const [, light, dark] = /^light-dark\(([^,]+),([^,)]+)\)$/.exec(value) ?? ['', value, value];
    return (scheme === 'light' ? light : dark)?.trim() ?? '';
  });
}

function current(): 'light' | 'dark' {
  const { theme } = document.documentElement.dataset as { theme?: string };
  if (theme === 'light' || theme === 'dark') return theme;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}
