import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { openChromium, whereThereIsChromium } from '../../../local-account/test/console/in-chromium';
import { reportPage } from '../../../rehearsal/report/report-page';
import { data, evil, pages } from './report-data';

/** The rules of WCAG, as a script for the page. */
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const row = {
  subject: 'role <Stack/Reader>',
  action: 's3:GetObject',
  resource: evil,
  when: 'if kms:ViaService = s3',
  statement: 'Read',
  policy: 'its policy Data',
};

const written = () => reportPage(data, pages, { access: [row, { ...row, action: 's3:PutObject' }] });

describe('the report', () => {
  let html: string;

  beforeAll(async () => {
    html = await written();
  });

  it('lets its own script run and no other, and loads nothing', () => {
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html).toMatch(/default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-/);
    expect(html).not.toMatch(/<(script|link|img)[^>]* (src|href)="(?!data:)/);
    expect(html).not.toContain('alert("x")');
  });

  it('has colors for the dark, and rules for paper and small screens', () => {
    expect(html).toContain('@media (prefers-color-scheme: dark)');
    expect(html).toContain('@media print');
    expect(html).toMatch(/@media \(max-width: \d+px\)/);
  });

  it('is small, and the same whenever it is written', async () => {
    expect(html.length).toBeLessThan(500_000);
    expect(await written()).toBe(html);
  });
});

whereThereIsChromium('the report in a browser', () => {
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'report-'));
    writeFileSync(join(folder, 'report.html'), await written());
    browser = await openChromium();
    page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => /^https?:/.test(request.url()) && problems.push(request.url()));
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const visit = async (address: string): Promise<void> => {
    await page.goto(`${pathToFileURL(join(folder, 'report.html'))}${address}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
  };

  it('opens with the story: the failure, and the chapter that failed', async () => {
    await visit('');
    await page.getByRole('heading', { level: 1, name: 'Rehearsal: 1 of 3 checkpoints passed' }).waitFor();
    expect(await page.getByRole('alert').textContent()).toMatch(/^train failed.*line 2/s);
    await page.getByText('It deploys <script>').waitFor();
    expect(problems).toEqual([]);
  });

  it.each([1400, 390])('shows every part of the story, %d pixels wide, without scrolling sideways', async (width) => {
    await page.setViewportSize({ width, height: 900 });
    await visit('#/story');
    for (const name of [
      ...['The story', 'Pipeline runs', 'Quality on real outcomes', 'Drift', 'Releases', 'Alarms', 'Denied calls'],
      'Durations',
    ])
      await page.getByRole('heading', { level: 2, name }).waitFor();
    await page.locator('.uplot canvas').nth(3).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1400, height: 900 });
    expect(problems).toEqual([]);
  });

  it('never takes for markup what jobs, people and AWS errors wrote', async () => {
    await visit('#/story');
    await page.evaluate('for (const folded of document.querySelectorAll("details")) folded.open = true');
    expect(await page.getByText('<script>alert("x")</script>').count()).toBeGreaterThan(10);
    expect(await page.locator('#app script').count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it('gives every table header a scope, and every scrolling part a name and the focus', async () => {
    await visit('#/story');
    expect(await page.locator('th:not([scope]):not(.uplot th)').count()).toBe(0);
    expect(await page.locator('.scroll:not([aria-label][tabindex="0"])').count()).toBe(0);
  });

  it.each(['#/story', '#/access'])(
    'breaks none of the rules of accessibility on %s, light and dark',
    async (address) => {
      await visit(address);
      await page.waitForTimeout(300);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.evaluate(axe);
        const { violations } = (await page.evaluate('axe.run(document)')) as {
          violations: { id: string; nodes: { html: string }[] }[];
        };
        expect(violations.map(({ id, nodes }) => [id, ...nodes.map((node) => node.html)])).toEqual([]);
      }
    },
  );

  it('leads from a checkpoint to the topic, its question and its file, and from an alarm to its checkpoint', async () => {
    await visit('#/story');
    await page.getByRole('link', { name: 'MLOPS-02' }).click();
    await page.getByText('What does a pipeline buy?').click();
    await page.getByText('lib/a.ts:7').waitFor();
    await visit('#/story');
    await page.getByRole('table', { name: 'Alarms that went off' }).getByRole('link', { name: 'deploy' }).click();
    await page.locator('#checkpoint-deploy[aria-current]').waitFor();
  });

  it('folds the permissions of each role, with condition and statement, and can be searched', async () => {
    await visit('#/access');
    await page.getByText('role <Stack/Reader>: 2 permissions').waitFor();
    await page.getByRole('searchbox').fill('reader putobject');
    await page.getByText('role <Stack/Reader>: 1 permissions').waitFor();
    await page.getByRole('cell', { name: 'Read, its policy Data' }).waitFor();
    expect(problems).toEqual([]);
  });

  it('says of pages of the account that were not recorded that they were not', async () => {
    await visit('#/registry');
    await page.getByText('Not in this recording').first().waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(problems).toEqual([]);
  });
});
