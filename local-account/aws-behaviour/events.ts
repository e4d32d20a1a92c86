import type { ServiceLedger } from './behaviour';

const patterns = {
  page: 'EventBridge User Guide: Comparison operators for use in event patterns in Amazon EventBridge',
  url: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html',
} as const;

const model = (operations: string) =>
  ({
    repository: 'boto/botocore',
    at: `botocore/data/events/2015-10-07/service-2.json: documentation of ${operations} and their members`,
  }) as const;
const scheduler = (operations: string) =>
  ({
    repository: 'boto/botocore',
    at: `botocore/data/scheduler/2021-06-30/service-2.json: documentation of ${operations} and their members`,
  }) as const;
const properties = (types: string) =>
  ({
    repository: 'aws/aws-cdk',
    at: `aws-cdk-lib, aws-events/lib/events.generated.d.ts: documentation of ${types}`,
  }) as const;

export const events: ServiceLedger = {
  service: 'events',
  behaviours: [
    {
      id: 'events/numeric-range',
      subjects: ['events:PutRule', 'AWS::Events::Rule'],
      does: 'Numeric matching works for values between -5.0e9 and +5.0e9. A number outside of that range, such as the size of an object over 5 GB, matches no numeric condition.',
      sources: [patterns, { repository: 'aws/event-ruler', at: 'README, Numeric Matching' }],
      sure: 'likely',
      enforcedBy: ['local-account/events/event-pattern.ts'],
      tests: [
        { file: 'local-account/test/events/event-pattern.test.ts', title: 'numeric beyond what EventBridge compares' },
      ],
    },
    {
      id: 'events/targets-and-their-roles',
      subjects: ['events:PutTargets', 'AWS::Events::Rule'],
      does:
        'PutTargets, not the first event, refuses a state machine or pipeline without a role ("RoleArn is required for target ..."), a role that EventBridge cannot take ("Provided role ... cannot be assumed by principal ' +
        "'events.amazonaws.com'\"), and a sixth target of a rule. Functions, topics and queues admit EventBridge by their own policies, which are not looked at before an event comes.",
      sources: [
        model('PutTargets'),
        { repository: 'hashicorp/terraform-provider-aws', at: 'pull request 19913: the words for a missing role' },
        { repository: 'Miserlou/Zappa', at: 'issue 381: the words for a role that cannot be taken' },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/events/event-bus.ts'],
      tests: [
        { file: 'local-account/test/events/roles-at-creation.test.ts', title: 'a state machine needs one' },
        { file: 'local-account/test/events/roles-at-creation.test.ts', title: 'EventBridge must be able to take it' },
        { file: 'local-account/test/events/roles-at-creation.test.ts', title: 'a rule has five targets at most' },
      ],
    },
    {
      id: 'events/rules-have-a-pattern-or-a-schedule',
      subjects: ['events:PutRule', 'AWS::Events::Rule'],
      does: 'A rule needs a pattern or a schedule. PutRule on an existing rule replaces it: omitted settings are removed, and the state is ENABLED again by default.',
      sources: [model('PutRule')],
      sure: 'certain',
      enforcedBy: ['local-account/events/event-bus.ts'],
      tests: [
        {
          file: 'local-account/test/events/roles-at-creation.test.ts',
          title: 'a rule without a pattern and a schedule is refused',
        },
      ],
    },
    {
      id: 'events/rules-go-after-their-targets',
      subjects: ['events:DeleteRule', 'events:RemoveTargets'],
      does: 'A rule that has targets cannot be deleted. To delete one that is not there is no error.',
      sources: [model('DeleteRule')],
      sure: 'certain',
      enforcedBy: ['local-account/events/event-bus.ts'],
      tests: [
        { file: 'local-account/test/events/roles-at-creation.test.ts', title: 'a rule is deleted after its targets' },
      ],
    },
    {
      id: 'events/patterns-are-read-when-the-rule-is-put',
      subjects: ['events:PutRule', 'AWS::Events::Rule'],
      does: 'PutRule reads the pattern as the event ruler does: values stand in lists, operators are known and alone in their object, $or has two alternatives. Anything else is an InvalidEventPatternException with the reason.',
      sources: [patterns, { repository: 'aws/event-ruler', at: 'README, Rules in JSON form' }],
      sure: 'certain',
      enforcedBy: ['local-account/events/event-pattern.ts'],
      tests: [{ file: 'local-account/test/events/event-pattern.test.ts', title: 'refuses %s' }],
    },
    {
      id: 'events/schedules-are-spelled-strictly',
      subjects: ['events:PutRule', 'AWS::Events::Rule'],
      does: 'A rate of one has a unit in the singular and any other in the plural; a cron expression has six fields, of which one of the two days is a question mark.',
      sources: [
        model('PutRule'),
        {
          page: 'EventBridge User Guide: Using cron and rate expressions to schedule rules in Amazon EventBridge',
          url: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/events/schedule-expression.ts'],
      tests: [{ file: 'local-account/test/events/schedule-expression.test.ts', title: 'refuses "%s"' }],
    },
    {
      id: 'events/tested-events-are-whole',
      subjects: ['events:TestEventPattern'],
      does: 'The event of TestEventPattern is an object with id, account, source, time, region, resources and detail-type; detail may be absent. The words of the refusal are ours.',
      sources: [model('TestEventPattern')],
      sure: 'certain',
      enforcedBy: ['local-account/events/event-bus.ts'],
      tests: [
        {
          file: 'local-account/test/events/small-operations.test.ts',
          title: 'tests a pattern on an event that has all its fields',
        },
      ],
    },
  ],
  readings: [
    {
      subjects: [
        'AWS::Events::Rule',
        'events:PutRule',
        'events:PutTargets',
        'events:DeleteRule',
        'events:RemoveTargets',
        'events:EnableRule',
        'events:DisableRule',
        'events:DescribeRule',
        'events:ListTargetsByRule',
      ],
      pages: [
        patterns,
        model(
          'PutRule, PutTargets, DeleteRule, RemoveTargets, EnableRule, DisableRule, DescribeRule, ListTargetsByRule',
        ),
        properties('CfnRuleProps'),
      ],
      found: [
        'events/numeric-range',
        'events/targets-and-their-roles',
        'events/rules-have-a-pattern-or-a-schedule',
        'events/rules-go-after-their-targets',
        'events/patterns-are-read-when-the-rule-is-put',
        'events/schedules-are-spelled-strictly',
      ],
    },
    {
      subjects: [
        'events:ListRules',
        'events:ListRuleNamesByTarget',
        'events:TestEventPattern',
        'events:ListEventBuses',
        'events:PutPermission',
        'events:RemovePermission',
        'events:TagResource',
        'events:UntagResource',
        'events:ListTagsForResource',
        'events:DescribeEventBus',
        'events:CreateEventBus',
        'events:DeleteEventBus',
        'events:PutEvents',
      ],
      pages: [model('the operations that this project does not call')],
      found: ['events/tested-events-are-whole'],
    },
    {
      subjects: [
        'scheduler:ListSchedules',
        'scheduler:ListScheduleGroups',
        'scheduler:GetSchedule',
        'scheduler:DeleteSchedule',
        'scheduler:CreateSchedule',
        'scheduler:UpdateSchedule',
      ],
      pages: [scheduler('the operations, none of which this project calls')],
      found: 'nothing beyond the model',
    },
  ],
};
