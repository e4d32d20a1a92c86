import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

import { answers } from '../shared/blueprint/answers';
import { acknowledgeWildcards } from '../shared/iam/wildcards';
import { acknowledgeInlinePolicies } from '../shared/security/acknowledge';

export interface ApproverRoleProps {
  readonly prefix: string;
  readonly modelPackageArnPattern: string;
}

/**
 * The role that a person takes to decide on a model (`npm run mlops -- approve`, `rollback`), and the only one whose
 * decision the release accepts. Who may take it is said where people are: give `sts:AssumeRole` on it to those who
 * judge models, and to no one who may train them (separation of duties: SEC-02, BALANCE-05).
 */
export class ApproverRole extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: ApproverRoleProps) {
    super(scope, id);
    this.role = new iam.Role(this, 'Role', {
      // A name of its own: people type it, and the alarms on roles of services, which are known by the stacks' prefix,
      // must not take it for one.
      // AWS: iam/names-without-regions
      // IAM has no regions, so the name has: a second region's role would be refused, because it exists.
      roleName: `${props.prefix}-approver-${Aws.REGION}`,
      description: 'A person approves or rejects a registered model as this role.',
      // The account leaves the choice to its own IAM policies. No workload of these stacks has sts:AssumeRole.
      assumedBy: new iam.AccountPrincipal(Aws.ACCOUNT_ID),
      inlinePolicies: {
        Decision: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              sid: 'Decide',
              actions: ['sagemaker:UpdateModelPackage'],
              resources: [props.modelPackageArnPattern],
              conditions: {
                // A call without a decision is refused, and so is "PendingManualApproval": what was decided stays
                // decided.
                StringEquals: { 'sagemaker:ModelApprovalStatus': ['Approved', 'Rejected'] },
                // Nobody who approves a model may also say which bytes were meant (Service Authorization Reference,
                // Amazon SageMaker).
                Null: { 'sagemaker:CustomerMetadataProperties/modelSha256': 'true' },
              },
            }),
          ],
        }),
      },
    });
    acknowledgeInlinePolicies(this.role);
    acknowledgeWildcards(this.role, { endsWith: '/*', reason: 'EV-005: Versions of our own model package group.' });
    answers(this.role, 'SEC-02', 'MLOPS-03', 'BALANCE-05');
  }
}
