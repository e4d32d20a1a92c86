import { dirname, join } from 'node:path';
import type { ImageStandIn } from '../image';
import { processingCommand } from '../run-python';
import { servingCommand } from '../serve-python';
import { trainingCommand } from '../train-python';

/** Folder of the part of the image that is not on the package index. */
const packages = join(__dirname, 'python');

// AWS: sagemaker-containers/script-is-installed-with-pip
const libraries = (python: string): string => join(dirname(dirname(python)), 'scikit-learn');

/** AWS's scikit-learn framework image: processing, and training and serving with a script. */
export const scikitLearn: ImageStandIn = {
  repository: 'sagemaker-scikit-learn',
  processing: processingCommand,
  training: trainingCommand('sagemaker_sklearn_container.training:main', (python) =>
    [packages, libraries(python)].join(':'),
  ),
  serving: servingCommand({ application: 'sagemaker_sklearn_container.serving:main', packages, libraries }),
};
