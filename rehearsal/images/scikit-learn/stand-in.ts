import { ImageStandIn } from '../image';
import { processingCommand } from '../run-python';

/** AWS's scikit-learn framework image, as far as processing jobs use it. */
export const scikitLearn: ImageStandIn = { repository: 'sagemaker-scikit-learn', processing: processingCommand };
