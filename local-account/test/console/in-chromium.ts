import { type Browser, chromium } from 'playwright-core';
import { chromiumPath } from './chromium';

/** `describe` for tests in a browser. Without one they are counted as not run. */
export function whereThereIsChromium(name: string, tests: () => void): void {
  if (chromiumPath === undefined)
    console.warn(
      `Not run: ${name}. No Chromium was found: install one (Debian: apt install chromium), or set CHROMIUM to its path.`,
    );
  (chromiumPath === undefined ? describe.skip : describe)(name, tests);
}

export function openChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
}
