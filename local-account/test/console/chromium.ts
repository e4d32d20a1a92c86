import { existsSync } from 'node:fs';

/** Where Debian, Ubuntu, macOS and the environment have it. */
const places = [
  process.env.CHROMIUM,
  ...['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'],
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

export const chromiumPath = places.find((one) => one !== undefined && existsSync(one));
