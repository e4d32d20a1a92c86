/** Who may assume roles, and what the service must say when it does. */
import type { When } from './duty';

export interface Assumer {
  readonly principal: string;
  readonly when: When;
  /** The condition key by which the service names the one resource that it acts for. */
  readonly source?: string;
}

/** Without the source account, somebody else's job could be given our role (the confused deputy). */
const ownAccount: When = { 'StringEquals aws:SourceAccount': '<account>' };

const service = (name: string, when: When, source?: string): Assumer => ({
  principal: `Service:${name}.amazonaws.com`,
  when,
  ...(source === undefined ? {} : { source }),
});

/**
 * CloudFormation, CloudTrail and Lambda send no source keys when they assume a role: a condition on a key that is not
 * sent is never met.
 */
export const assumers: Readonly<Record<string, Assumer>> = {
  cloudformation: service('cloudformation', {}),
  cloudtrail: service('cloudtrail', {}),
  lambda: service('lambda', {}),
  codebuild: service('codebuild', ownAccount, 'ArnEquals aws:SourceArn'),
  events: service('events', ownAccount),
  firehose: service('firehose', ownAccount),
  glue: service('glue', ownAccount),
  sagemaker: service('sagemaker', ownAccount),
  states: service('states', ownAccount, 'ArnEquals aws:SourceArn'),
  'vpc-flow-logs': service('vpc-flow-logs', ownAccount),
  /** Whoever the account lets assume the role. */
  people: { principal: 'AWS:iam:root', when: {} },
};
