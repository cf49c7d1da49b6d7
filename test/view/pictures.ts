import type { Page } from 'playwright-core';

export interface Picture {
  readonly name: string;
  /** The view's address, after `#`. */
  readonly hash?: string;
  readonly act?: (page: Page) => Promise<unknown>;
  readonly scheme?: 'light' | 'dark';
  readonly print?: true;
  readonly width?: number;
  readonly height?: number;
  /** Stands in docs/viewer, too, in full size. */
  readonly shown?: true;
}

/** A path of four hops, which says more than the riskiest one. */
const story = async (page: Page): Promise<void> => {
  await page.fill('.filter', 'deploy-release bastion');
  await page.locator('.story').first().click();
  await page.fill('.filter', '');
};
const hop = async (page: Page): Promise<void> => {
  await story(page);
  await page.locator('[data-hop="2"]').first().click();
};
const cut = async (page: Page): Promise<void> => {
  await hop(page);
  await page.locator('.panel .primary').click();
  await page.waitForSelector('.outcome');
};
const node = async (page: Page): Promise<void> => {
  await story(page);
  await page.locator('.hops .plain').nth(3).click();
  await page.waitForSelector('.neighbours');
};
const card = async (page: Page): Promise<void> => {
  await page.locator('.card').nth(8).focus();
  await page.keyboard.press('Enter');
};
const account = 'arn:aws:iam::001521993093:root';
const explored = async (page: Page): Promise<void> => {
  await page.locator('.spot').nth(2).waitFor();
  await page.locator(`.spot[aria-label*=" data stores"]`).first().focus();
  await page.keyboard.press('e');
  await page.locator('.spot').nth(9).waitFor();
  await page.getByRole('button', { name: 'Fit' }).click();
};
const finding = async (page: Page): Promise<void> => {
  await page.locator('.findings summary').nth(1).click();
  await page.locator('[data-finding]').first().click();
};

const views: readonly Picture[] = [
  { name: 'stories', act: hop, shown: true },
  { name: 'decide', act: cut, shown: true },
  { name: 'node', act: node },
  { name: 'network', hash: 'view=network', shown: true },
  { name: 'identity', hash: 'view=identity', act: card, shown: true },
  { name: 'explore', hash: `view=explore&pin=${account}`, act: explored, shown: true },
  { name: 'findings', hash: 'view=findings', act: finding, shown: true },
  { name: 'compare', hash: 'view=compare', shown: true },
];

/** Every view in light, dark and print, and what small windows make of the first one. */
export const pictures: readonly Picture[] = [
  ...views,
  ...views.map(({ shown: _, ...view }): Picture => ({ ...view, name: `${view.name}-dark`, scheme: 'dark', ...(view.name === 'node' ? { shown: true } : {}) })),
  ...views
    .filter(({ name }) => ['stories', 'identity', 'explore'].includes(name))
    .map(({ shown: _, ...view }): Picture => ({ ...view, name: `${view.name}-print`, print: true })),
  { name: 'stories-1280', act: hop, width: 1280, height: 720 },
  { name: 'phone', width: 390, height: 820, shown: true },
  { name: 'phone-explore', hash: `view=explore&pin=${account}`, act: (page) => page.waitForSelector('.spot'), width: 390, height: 820 },
];
