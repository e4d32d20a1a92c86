import type { Behaviour } from '../behaviour';

const failureOptions = {
  page: 'Choose how to handle failures when provisioning resources',
  url: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.md',
} as const;
const file = 'local-account/test/cloudformation/disabled-rollback.test.ts';

/** What becomes of a stack operation that fails. */
export const failures: readonly Behaviour[] = [
  {
    id: 'cloudformation/a-failure-cancels-what-is-under-way',
    subjects: ['cloudformation:CreateStack', 'cloudformation:UpdateStack', 'cloudformation:ExecuteChangeSet'],
    does: 'When a resource fails and the operation will be rolled back, what is under way is cancelled at once: CREATE_FAILED "Resource creation cancelled", or UPDATE_FAILED "Resource update cancelled". The reason of the stack names the failed and the cancelled resources ("The following resource(s) failed to create: [...]. Rollback requested by user.").',
    sources: [
      {
        repository: 'coreos/coreos-kubernetes',
        at: 'pull request 454: events with "Resource creation cancelled" follow from another failure',
      },
      {
        repository: 'aws-samples/amazon-chime-live-events',
        at: 'issue 7: events of a failed creation, in their order',
      },
      { repository: 'aws/aws-parallelcluster', at: 'issue 66: the reason of ROLLBACK_IN_PROGRESS' },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/cloudformation/resource-builder.ts'],
    tests: [{ file, title: 'with rollback, a failure cancels what is under way and everything goes' }],
  },
  {
    id: 'cloudformation/a-paused-operation-preserves',
    subjects: ['cloudformation:CreateStack', 'cloudformation:UpdateStack', 'cloudformation:ExecuteChangeSet'],
    does: 'With DisableRollback, a failure stops what depends on the failed resource, and no other resource. What succeeded stays, a failed update goes back to its last stable state, and the stack is CREATE_FAILED or UPDATE_FAILED. Nothing is replaced: "Replacement type updates not supported on stack with disable-rollback." OnFailure and DisableRollback exclude each other.',
    sources: [
      failureOptions,
      { repository: 'aws/aws-cdk', at: 'issue 30546: the words of the refused replacement' },
      {
        repository: 'boto/botocore',
        at: 'botocore/data/cloudformation/2010-05-15/service-2.json: documentation of CreateStackInput, OnFailure and DisableRollback',
      },
    ],
    sure: 'certain',
    enforcedBy: [
      'local-account/cloudformation/resource-builder.ts',
      'local-account/cloudformation/resource-rules.ts',
      'local-account/cloudformation/operation.ts',
      'local-account/cloudformation/failure-handling.ts',
    ],
    tests: [
      { file, title: 'keeps what a failed creation made, and an update goes on from there' },
      { file, title: 'keeps what a failed update changed, and rolls it back on demand' },
      { file, title: 'replaces nothing' },
    ],
  },
  {
    id: 'cloudformation/a-paused-operation-is-retried',
    subjects: ['cloudformation:UpdateStack', 'cloudformation:CreateChangeSet', 'cloudformation:ExecuteChangeSet'],
    does: 'A stack in CREATE_FAILED or UPDATE_FAILED takes an update only with DisableRollback ("This stack is currently in a non-terminal [...] state."). A change set may be created in any case, and is refused when it is executed without it. A creation with OnFailure DO_NOTHING takes no update at all.',
    sources: [
      failureOptions,
      { repository: 'aws/aws-cdk', at: 'issue 30546: the words of the refusal' },
      { repository: 'code-dot-org/code-dot-org', at: 'pull request 68524: the words for OnFailure DO_NOTHING' },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/cloudformation/stack-list.ts'],
    tests: [
      { file, title: 'keeps what a failed creation made, and an update goes on from there' },
      { file, title: 'whose creation says OnFailure DO_NOTHING takes no update' },
    ],
  },
  {
    id: 'cloudformation/rollback-of-a-paused-operation',
    subjects: ['cloudformation:RollbackStack'],
    does: 'RollbackStack takes a stack in CREATE_FAILED or UPDATE_FAILED back to its last stable state. RetainExceptOnCreate also deletes new resources whose deletion policy is Retain. The page says that a stack without a stable state is deleted; the CDK CLI takes ROLLBACK_COMPLETE as success and a stack that is gone as an error, so its resources are deleted and the stack ends in ROLLBACK_COMPLETE.',
    sources: [
      {
        page: 'RollbackStack - AWS CloudFormation',
        url: 'https://docs.aws.amazon.com/goto/WebAPI/cloudformation-2010-05-15/RollbackStack',
      },
      { repository: 'aws/aws-cdk-cli', at: 'rollbackStack of class Deployments (as installed: aws-cdk 2.1148.1)' },
    ],
    sure: 'likely',
    enforcedBy: ['local-account/cloudformation/rollbacks.ts', 'local-account/cloudformation/operation.ts'],
    tests: [
      { file, title: 'rolls a failed creation back on demand' },
      { file, title: 'keeps what a failed update changed, and rolls it back on demand' },
    ],
  },
  {
    id: 'cloudformation/on-stack-failure-or-disable-rollback',
    subjects: ['cloudformation:CreateChangeSet', 'cloudformation:ExecuteChangeSet'],
    does: 'OnStackFailure of a change set says what a failed execution does; then its execution must not say DisableRollback. DELETE is valid for a new stack only, and deletes it ("Delete requested by user.").',
    sources: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/cloudformation/2010-05-15/service-2.json: documentation of CreateChangeSetInput, OnStackFailure, and ExecuteChangeSetInput, DisableRollback',
      },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/cloudformation/failure-handling.ts', 'local-account/cloudformation/change-sets.ts'],
    tests: [{ file, title: 'is deleted when its change set says OnStackFailure DELETE' }],
  },
];
