import type { NagPack } from 'cdk-nag';
import {
  AwsSolutionsChecks,
  HIPAASecurityChecks,
  NIST80053R4Checks,
  NIST80053R5Checks,
  PCIDSS321Checks,
  ServerlessChecks,
} from 'cdk-nag';
import type { IConstruct } from 'constructs';

import { SageMakerControls } from './sagemaker-controls';

/** The rule packs that check this app at each synthesis and again on the final templates. */
export function securityPacks(app: IConstruct): NagPack[] {
  const options = { verbose: true };
  return [
    new AwsSolutionsChecks(app, options),
    new HIPAASecurityChecks(app, options),
    new NIST80053R4Checks(app, options),
    new NIST80053R5Checks(app, options),
    new PCIDSS321Checks(app, options),
    new ServerlessChecks(app, options),
    new SageMakerControls(app, options),
  ];
}
