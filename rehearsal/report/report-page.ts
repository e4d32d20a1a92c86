import { join } from 'node:path';
import { recordedPage } from 'local-account/console/recording/page';
import type { ConsoleRecording } from 'local-account/console/recording/recorder';
import type { MatrixRow } from '../proof/matrix/rows';
import { storyContent } from './content/story';
import { minute } from './numbers';
import type { ReportData } from './report-data';

/** What the page shows in addition to the run's own data. */
export interface ReportContext {
  /** @default no access matrix */
  readonly access?: readonly MatrixRow[];
}

const pages = join(__dirname, 'pages');

/** The story, and the console's pages over what was recorded of the account, as one file. */
export function reportPage(
  data: ReportData,
  recording: ConsoleRecording,
  { access = [] }: ReportContext = {},
): Promise<string> {
  const page = (id: string, title: string, content: unknown) => ({
    id,
    title,
    file: join(pages, `${id}.js`),
    data: content,
  });
  return recordedPage(recording, {
    title: `mla-blueprint: rehearsal of ${minute(data.startedAt)}`,
    before: [page('story', 'Story', storyContent(data))],
    after: [page('access', 'Access', access)],
    styles: [join(pages, 'report.css')],
    noScript: 'The report needs JavaScript. Its data is also in report.json, next to it.',
  });
}
