import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { recordedPage } from '../../console/recording/page';
import { ConsoleRecorder, type ConsoleRecording } from '../../console/recording/recorder';
import { fill, hostile } from './filled-account';
import { openChromium, whereThereIsChromium } from './in-chromium';
import { type OpenConsole, openConsole } from './open-console';

const topics = [
  { id: 'T-1', section: 'One', label: hostile, question: hostile, answer: 'Because.', shownBy: ['a.ts:1'] },
];

describe('a recording of the console', () => {
  let open: OpenConsole;
  let recording: ConsoleRecording;
  let html: string;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'recorded-page-'));
    open = await openConsole();
    const recorder = new ConsoleRecorder(open.account, {
      content: () => Promise.resolve({ title: 'A project', topics, keptUp: 'Keep it up.' }),
    });
    await fill(open);
    await recorder.record();
    open.account.platform.record({ kind: 'job', summary: 'after the pages were recorded' });
    recording = recorder.recording() as ConsoleRecording;
    recorder.stop();
    html = await recordedPage(recording, { title: hostile });
    writeFileSync(join(folder, 'page.html'), html);
  }, 60_000);
  afterAll(async () => {
    await open?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const asked = () => Object.keys(recording.calls).map((key) => JSON.parse(key) as [string, string, object]);

  test('has what each page asks, and what the pages behind its links ask', () => {
    const operations = new Set(asked().map(([service, operation]) => `${service}:${operation}`));
    for (const operation of [
      's3:ListBuckets',
      's3:GetObject',
      'cloudwatch:DescribeAlarms',
      'cloudwatch:DescribeAlarmHistory',
      'sagemaker:ListPipelines',
      'sagemaker:DescribeModelPackage',
      'sagemaker:ListEndpoints',
    ])
      expect(operations).toContain(operation);
    expect(asked().filter(([, operation]) => /^(Update|Invoke|Start)/.test(operation))).toEqual([]);
  });

  test('has the timeline to its end, with what is behind each line', () => {
    const texts = recording.entries.map(({ text }) => text);
    expect(texts).toContain(`hostile ${hostile}`);
    expect(texts.at(-1)).toBe('after the pages were recorded');
    for (const { number } of recording.entries) expect(recording.details[number]).toBeDefined();
  });

  test('lets time flow again', () => {
    expect(open.account.clock.paused).toBe(false);
  });

  test('is one file that runs its own script only, loads nothing, and in which no text is markup', () => {
    expect(html).toMatch(/default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; img-src data:/);
    expect(html).not.toMatch(/unsafe-(inline|eval)|<(script|link|img)[^>]* (src|href)="(?!data:)/);
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html).not.toContain('<img');
    const packed = /<script type="text\/plain" id="recording">([A-Za-z0-9+/=]*)<\/script>/.exec(html)?.[1] ?? '';
    const { recording: inside } = JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString('utf8'));
    expect(inside).toEqual(JSON.parse(JSON.stringify(recording)));
  });

  whereThereIsChromium('the recorded console in a browser', () => {
    let browser: Browser;
    const problems: string[] = [];

    beforeAll(async () => {
      browser = await openChromium();
    });
    afterAll(() => browser?.close());

    const visit = async (page: Page, address: string, heading: string): Promise<void> => {
      await page.goto(`${pathToFileURL(join(folder, 'page.html'))}${address}`);
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    };
    const newPage = async (width: number, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> => {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
      const page = await context.newPage();
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('request', (request) => /^https?:/.test(request.url()) && problems.push(request.url()));
      return page;
    };

    test.each([
      [1400, 'light'],
      [390, 'dark'],
    ] as const)(
      'opens every page from a file, %d pixels wide, %s, without an error and without a network',
      async (width, scheme) => {
        const page = await newPage(width, scheme);
        await visit(page, '', 'Overview');
        for (const name of ['Overview', 'Pipelines', 'Registry', 'Endpoint', 'Monitoring', 'Events', 'Data', 'Exam']) {
          await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click();
          await page.getByRole('heading', { level: 1, name }).waitFor();
          await page.waitForTimeout(200);
          expect(await page.title()).toBe(`${name} · Recording`);
          expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
          expect(await page.getByText('Not in this recording').count()).toBe(0);
          expect(await page.getByRole('alert').allTextContents()).toEqual([]);
        }
        expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
          scheme === 'dark' ? 'rgb(17, 21, 26)' : 'rgb(246, 247, 249)',
        );
        expect(problems).toEqual([]);
        await page.context().close();
      },
    );

    test('shows the moment that it was recorded at, and nothing that moves time or acts', async () => {
      const page = await newPage(1400);
      await visit(page, '#/registry/hot/1', 'Version 1');
      await page
        .getByText(`Recorded at ${new Date(recording.at).toISOString().slice(0, 19).replace('T', ' ')} UTC`)
        .waitFor();
      await page.getByText('A recording takes no decisions. Keep it up.').waitFor();
      for (const name of ['Approve', 'Reject', 'Pause', 'Run'])
        expect(await page.getByRole('button', { name }).count()).toBe(0);
      expect(await page.getByRole('combobox', { name: 'Acting as' }).count()).toBe(0);
      await page.context().close();
    });

    test('says of what nobody opened that it is not in the recording', async () => {
      const page = await newPage(1400);
      await visit(page, '#/data/another-bucket', 'another-bucket');
      await page.getByText('Not in this recording: nobody opened it while the account was up.').waitFor();
      expect(await page.getByRole('alert').count()).toBe(0);
      await page.context().close();
    });

    test('never takes text for markup', async () => {
      const page = await newPage(1400);
      await visit(page, '#/data/hostile', 'hostile');
      await page.getByRole('link', { name: '<img' }).first().click();
      await page.getByText('<b>2').first().waitFor();
      await visit(page, '#/events?q=hostile', 'Events');
      await page.getByText('<script>').first().waitFor();
      expect(await page.locator('main img, main script').count()).toBe(0);
      expect(await page.title()).toBe('Events · Recording');
      expect(problems).toEqual([]);
      await page.context().close();
    });
  });
});
