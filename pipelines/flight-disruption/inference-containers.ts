import type { StringValue } from '../definition/values';
import type { PipelineEnvironment } from './environment';

/**
 * The scikit-learn image installs the script with pip when it starts. By default pip builds in an isolated environment
 * for which it downloads setuptools, and a container without network cannot do that. `0` switches build isolation off:
 * pip reads the variable as the value of an option that is named after the absence of isolation.
 */
// AWS: sagemaker-containers/script-is-installed-with-pip
const installsOffline = { PIP_NO_BUILD_ISOLATION: '0' };

/**
 * The containers that serve the model. With two in series, the first makes features from a request and the second
 * predicts. Both get the same archive, so there is one digest to evaluate, approve and compare (DEPLOY-05: steps before
 * the model; CHOICE-02: preprocessing in the container or before it).
 */
export function inferenceContainers(
  { images, inferencePipeline }: PipelineEnvironment,
  model: StringValue,
): Record<string, unknown>[] {
  const container = (image: string, program: string, more: Record<string, string> = {}) => ({
    Image: image,
    ModelDataUrl: model,
    Environment: { SAGEMAKER_PROGRAM: program, SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code', ...more },
  });
  if (!inferencePipeline) return [container(images.xgboost, 'inference.py')];
  return [
    // Between containers the default format is JSON, but features are a table of numbers.
    {
      ContainerHostname: 'features',
      ...container(images.scikitLearn, 'features_inference.py', {
        SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT: 'text/csv',
        ...installsOffline,
      }),
    },
    { ContainerHostname: 'model', ...container(images.xgboost, 'model_inference.py') },
  ];
}
