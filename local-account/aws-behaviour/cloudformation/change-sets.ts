import type { Behaviour } from '../behaviour';

const recorded = (at: string) => ({
  repository: 'localstack/localstack',
  at: `tests/aws/services/cloudformation/${at}: recorded from AWS`,
});
const test = (title: string) => ({ file: 'local-account/test/cloudformation/change-sets.test.ts', title });

/** Change sets: what they show, what they refuse. */
export const changeSets: readonly Behaviour[] = [
  {
    id: 'cloudformation/change-set-without-changes',
    subjects: ['cloudformation:CreateChangeSet', 'cloudformation:DescribeChangeSet'],
    does: 'A change set that changes nothing is created, and fails: Status FAILED, ExecutionStatus UNAVAILABLE, "The submitted information didn\'t contain changes. Submit different information to create a change set.". Clients recognize it by that text.',
    sources: [recorded('api/test_changesets.snapshot.json, test_create_change_set_no_changes')],
    sure: 'certain',
    enforcedBy: ['local-account/cloudformation/change-sets.ts'],
    tests: [test('one without changes fails in the words that clients match, and cannot be executed')],
  },
  {
    id: 'cloudformation/change-set-causes',
    subjects: ['cloudformation:DescribeChangeSet'],
    does: 'A property whose parameter changed has two details: ParameterReference, Static, and DirectModification, Dynamic. A reference to a resource that is replaced is Static; an attribute of one that is updated in place is Dynamic, whatever property is updated; its Ref is no change. A value that is not known yet reads {{changeSet:KNOWN_AFTER_APPLY}}.',
    sources: [
      recorded(
        'test_change_sets.snapshot.json, test_change_set_ref.snapshot.json, test_change_set_fn_get_attr.snapshot.json',
      ),
      { repository: 'boto/botocore', at: 'botocore/data/cloudformation/2010-05-15/service-2.json: ResourceChange' },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/cloudformation/resource-changes.ts'],
    tests: [
      test('says what is added, changed, replaced and removed, and why'),
      test('shows values where asked, and what is known only afterwards'),
    ],
  },
  {
    id: 'cloudformation/change-set-of-a-new-stack',
    subjects: ['cloudformation:CreateChangeSet', 'cloudformation:CreateStack', 'cloudformation:DeleteStack'],
    does: 'The first change set of a new stack makes the stack, in REVIEW_IN_PROGRESS. CreateStack may still create it, with the same id, and its change sets become OBSOLETE. A change set of type CREATE for any other stack is refused: "Stack [...] already exists and cannot be created again with the changeSet [...].".',
    sources: [recorded('api/test_changesets.snapshot.json, test_name_conflicts and test_create_while_in_review')],
    sure: 'certain',
    enforcedBy: ['local-account/cloudformation/change-sets.ts'],
    tests: [
      test('the first one makes the stack, which waits to be reviewed'),
      test('a stack in review can be created directly: its change sets are obsolete'),
      test('refuses %s'),
    ],
  },
  {
    id: 'cloudformation/change-sets-execute-once',
    subjects: ['cloudformation:ExecuteChangeSet', 'cloudformation:DeleteChangeSet'],
    does: 'A change set can be executed once, and not after the stack changed without it: "cannot be executed in its current execution status of [OBSOLETE]". Its execution deletes the other change sets of the stack. While it runs, the change set cannot be deleted.',
    sources: [
      { repository: 'aws/amazon-chime-sdk-js', at: 'issue 1089: the refusal of an obsolete change set' },
      { repository: 'aws/aws-cdk', at: 'issue 26182: "An operation on this ChangeSet is currently in progress."' },
      recorded('api/test_changesets.snapshot.json, test_empty_changeset: the refusal of a failed one'),
      { repository: 'boto/botocore', at: 'botocore/data/cloudformation/2010-05-15/service-2.json: ExecuteChangeSet' },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/cloudformation/change-sets.ts'],
    tests: [
      test('is executed once; the other change sets of the stack are gone'),
      test('a stack in review can be created directly: its change sets are obsolete'),
      test('one without changes fails in the words that clients match, and cannot be executed'),
    ],
  },
  {
    id: 'cloudformation/change-sets-by-name-or-id',
    subjects: ['cloudformation:DescribeChangeSet', 'cloudformation:DeleteChangeSet'],
    does: 'A change set is found by its ARN, or by its name together with its stack; without the stack the call is refused: "StackName must be specified if ChangeSetName is not specified as an ARN.". Deleting one that is not there succeeds.',
    sources: [
      recorded(
        'api/test_changesets.snapshot.json, test_delete_change_set_exception and test_describe_change_set_nonexisting',
      ),
    ],
    sure: 'certain',
    enforcedBy: ['local-account/cloudformation/change-sets.ts'],
    tests: [test('refuses %s')],
  },
  {
    id: 'cloudformation/template-summaries',
    subjects: ['cloudformation:GetTemplateSummary'],
    does: 'GetTemplateSummary reads a template that is given or that a stack has, and says which capability its resources need: "The following resource(s) require capabilities: [...]". A stack in review has none: "GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.".',
    sources: [recorded('api/test_templates.snapshot.json, test_get_template_summary_non_executed_change_set')],
    sure: 'certain',
    enforcedBy: ['local-account/cloudformation/service.ts'],
    tests: [
      {
        file: 'local-account/test/cloudformation/template-summary.test.ts',
        title: 'has nothing to say of a stack in review',
      },
    ],
  },
  {
    id: 'cloudformation/protected-stacks-stay',
    subjects: ['cloudformation:DeleteStack', 'cloudformation:UpdateTerminationProtection'],
    does: 'A stack with termination protection is not deleted: "Stack [...] cannot be deleted while TerminationProtection is enabled". Updates are not affected.',
    sources: [
      { repository: 'rackspace/runway', at: 'pull request 199: the refusal in full' },
      { repository: 'ekristen/aws-nuke', at: 'issue 821: the refusal in full' },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/cloudformation/service.ts'],
    tests: [
      {
        file: 'local-account/test/cloudformation/termination-protection.test.ts',
        title: 'keeps a stack from being deleted',
      },
    ],
  },
];
