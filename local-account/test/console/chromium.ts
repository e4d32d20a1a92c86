import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Debian, Ubuntu, macOS and the environment have it. */
const places = [
  process.env.CHROMIUM,
  ...['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'],
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const executablePath = places.find((one) => one !== undefined && existsSync(one));

/** `describe` for tests in a browser. Without one they are counted as not run. */
export function whereThereIsChromium(name: string, tests: () => void): void {
  if (executablePath === undefined)
    console.warn(
      `Not run: ${name}. No Chromium was found: install one (Debian: apt install chromium), or set CHROMIUM to its path.`,
    );
  (executablePath === undefined ? describe.skip : describe)(name, tests);
}

export function openChromium(): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}
