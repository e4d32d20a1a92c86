import { dirname, join } from 'node:path';
import type { ImageStandIn } from '../image';
import { processingCommand } from '../run-python';
import { servingCommand } from '../serve-python';

/** AWS's scikit-learn framework image, as far as processing jobs and script-mode serving use it. */
export const scikitLearn: ImageStandIn = {
  repository: 'sagemaker-scikit-learn',
  processing: processingCommand,
  serving: servingCommand({
    application: 'sagemaker_sklearn_container.serving:main',
    packages: join(__dirname, 'python'),
    // AWS: sagemaker-containers/script-is-installed-with-pip
    libraries: (python) => join(dirname(dirname(python)), 'scikit-learn'),
  }),
};
