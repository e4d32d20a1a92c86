import type { Handling } from './handling';

export const sagemakerContainers: readonly Handling[] = [
  {
    id: 'sagemaker-containers/images-have-libraries-of-their-own',
    enforcedBy: ['test/steps/image_fit.py'],
    tests: [
      { file: 'test/steps/test_image_fit.py', title: 'test_each_program_fits_its_image' },
      { file: 'test/steps/test_image_fit.py', title: 'test_what_an_image_lacks_is_refused' },
      {
        file: 'test/pipelines/step-images.test.ts',
        title: 'the step tests check each program against the image that it runs in',
      },
    ],
  },
  {
    id: 'sagemaker-containers/exceptions-are-500',
    enforcedBy: ['pipelines/steps/workflow/replies.py'],
    tests: [
      { file: 'test/steps/test_serving.py', title: 'test_the_image_gets_a_response_with_the_status' },
      { file: 'test/steps/test_smoke_test.py', title: 'test_what_the_image_makes_of_a_script_is_what_counts' },
    ],
  },
  {
    id: 'sagemaker-containers/transform-fn-stands-alone',
    enforcedBy: [],
    tests: [{ file: 'test/steps/test_smoke_test.py', title: 'test_what_the_image_makes_of_a_script_is_what_counts' }],
  },
  {
    id: 'sagemaker-containers/model-server-timeout',
    enforcedBy: ['lib/serving/model-server.ts'],
    tests: [
      {
        file: 'test/lib/serving/model-server.test.ts',
        title: 'lets a request take as long as asynchronous inference and transform jobs do',
      },
    ],
  },
  {
    id: 'sagemaker-containers/a-process-serves-one-request',
    enforcedBy: ['lib/serving/model-server.ts'],
    tests: [
      {
        file: 'test/lib/serving/model-server.test.ts',
        title: 'refuses more asynchronous requests at once than an instance has processes',
      },
    ],
  },
  {
    id: 'sagemaker-containers/script-is-installed-with-pip',
    enforcedBy: ['pipelines/flight-disruption/inference-containers.ts'],
    tests: [
      {
        file: 'test/lib/serving/variants.test.ts',
        title: 'registers two containers with the same archive: features, then the model',
      },
    ],
  },
  {
    id: 'sagemaker-containers/memory-of-the-model-server',
    enforcedBy: ['lib/serving/pattern-configuration.ts'],
    tests: [
      {
        file: 'test/lib/serving/model-server.test.ts',
        title: 'refuses a serverless container without room for the model server',
      },
    ],
  },
  {
    id: 'sagemaker-containers/logs-of-the-model-server',
    enforcedBy: ['lib/shared/alarms/log-errors.ts'],
    tests: [
      {
        file: 'test/lib/serving/model-server.test.ts',
        title: "counts the model server's own errors in the endpoint's log",
      },
    ],
  },
];
