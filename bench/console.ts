import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startConsole } from 'local-account/console/console';
import { type LocalAccount, startLocalAccount } from 'local-account/local-account';
import { ensureInterpreters } from 'local-account/python/environment';
import { chromiumPath } from 'local-account/test/console/chromium';
import { type Browser, chromium, type Page } from 'playwright-core';
import { consoleOf } from '../rehearsal/console';
import { root } from './account-process';
import { measured } from './print-line';

const VISITS = 5;
const EVENTS = 10_000;
const aims = { paint: 'under 200 ms', stall: 'no task over 200 ms' };

/** The console in a real browser: when something is seen at first, and how long the page stands still at many events. */
export async function measureConsole(): Promise<void> {
  if (chromiumPath === undefined) {
    measured('console: first paint', 'not measured', 'no Chromium', { aim: aims.paint });
    measured('console: 10,000 events', 'not measured', 'no Chromium', { aim: aims.stall });
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'bench-console-'));
  const interpreters = await ensureInterpreters({ environments: join(root, '.rehearsal'), progress: () => undefined });
  const account = await startLocalAccount({ folder, ...interpreters });
  const console = await startConsole(account, { project: consoleOf(root, account) });
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
  try {
    await measurePaint(browser, console.url);
    await measureEvents(browser, console.url, account);
  } finally {
    await browser.close();
    await console.close();
    await account.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each time in a new profile, so nothing is in the browser's cache. */
async function measurePaint(browser: Browser, url: string): Promise<void> {
  const taken: number[] = [];
  const complete: number[] = [];
  for (let visit = 0; visit < VISITS; visit += 1) {
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
    const page = await context.newPage();
    await page.goto(url);
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    complete.push(await page.evaluate<number>('performance.now()'));
    taken.push(await page.evaluate<number>("performance.getEntriesByName('first-contentful-paint')[0].startTime"));
    await context.close();
  }
  const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  measured('console: first contentful paint', median(taken).toFixed(0), 'ms', {
    aim: aims.paint,
    details: `median of ${VISITS} first visits, at most ${Math.max(...taken).toFixed(0)} ms; the page's heading after ${median(complete).toFixed(0)} ms`,
  });
}

async function measureEvents(browser: Browser, url: string, account: LocalAccount): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  await context.addInitScript(
    `globalThis.tasks = []; new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask', buffered: true });`,
  );
  const page = await context.newPage();
  await page.goto(url);
  await page.goto(`${new URL(url).origin}/#/events`);
  await page.getByRole('heading', { level: 1, name: 'Events' }).waitFor();
  const all = () => page.getByText(/ of 1\d,\d{3} lines$/).waitFor();
  await longest(page);
  const steps: [string, number][] = [];
  const step = async (name: string, act: () => Promise<unknown>): Promise<void> => {
    await act();
    await page.waitForTimeout(500);
    steps.push([name, await longest(page)]);
  };
  await step('while they come', async () => {
    happen(account);
    await all();
  });
  await step('opened with them', async () => {
    await page.reload();
    await all();
  });
  await step('scrolled through', () =>
    page.evaluate(`(async () => {
      const box = document.querySelector('.timeline');
      for (let at = 0; at <= 50; at += 1) {
        box.scrollTop = (box.scrollHeight * at) / 50;
        await new Promise(requestAnimationFrame);
      }
    })()`),
  );
  await step('searched', () => page.getByPlaceholder('Search in all lines').pressSequentially('endpoint 77'));
  await step('one more comes', async () => {
    happen(account, 1);
    await page.waitForTimeout(500);
  });
  await context.close();
  measured(
    `console: longest task at ${EVENTS.toLocaleString('en-US')} events`,
    words(Math.max(...steps.map(([, time]) => time))),
    'ms',
    {
      aim: aims.stall,
      details: steps.map(([name, time]) => `${name} ${words(time)}`).join(', '),
    },
  );
}

/** Events of AWS services, as they reach the timeline. */
function happen(account: LocalAccount, count = EVENTS): void {
  for (let number = 0; number < count; number += 1) {
    account.platform.emit({
      source: 'aws.sagemaker',
      'detail-type': 'SageMaker Endpoint State Change',
      resources: [`arn:aws:sagemaker:eu-central-1:123456789012:endpoint/endpoint-${number}`],
      detail: { EndpointName: `endpoint-${number}`, EndpointStatus: number % 2 === 0 ? 'Updating' : 'InService' },
    });
  }
}

/** Milliseconds of the longest task since the last question. Browsers report those of 50 ms and more. */
function longest(page: Page): Promise<number> {
  return page.evaluate('Math.max(0, ...tasks.splice(0))');
}

function words(milliseconds: number): string {
  return milliseconds === 0 ? 'under 50' : milliseconds.toFixed(0);
}
