import type { Finding } from '../gates/finding';
import { buildFindings } from './build-rules';
import { lockFindings } from './lock-rules';
import { manifestFindings } from './manifest-rules';
import type { ProjectFiles } from './project-files';
import { pythonFindings } from './python-rules';
import { imageFindings, sourceFindings, tlsFindings } from './source-rules';

/** What comes into this project from elsewhere, and is not as reviewed.ts allows. No finding in a project as it should be. */
export function supplyChainFindings(files: ProjectFiles): Finding[] {
  return [
    manifestFindings,
    lockFindings,
    pythonFindings,
    buildFindings,
    sourceFindings,
    tlsFindings,
    imageFindings,
  ].flatMap((rule) => rule(files));
}
