import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

import { covers } from '../shared/blueprint/covers';
import { acknowledgeWildcards } from '../shared/iam/wildcards';
import { acknowledgeInlinePolicies } from '../shared/security/acknowledge';
import type { TrainingStage } from '../training/stage';

export interface ApproverRoleProps {
  readonly prefix: string;
  readonly training: Pick<TrainingStage, 'modelPackageArnPattern' | 'modelPackageGroupName'>;
}

/**
 * The role that a person takes to approve or reject a model (`npm run mlops -- approve`, `rollback`), and the only one
 * whose approval a release accepts (MLOPS-03: where approvals fit; BALANCE-05: automation against control). Allow
 * `sts:AssumeRole` on it to people who review models, and to nobody who may train them (SEC-02: least privilege).
 */
export class ApproverRole extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: ApproverRoleProps) {
    super(scope, id);
    this.role = new iam.Role(this, 'Role', {
      // A fixed name, because people type it. It does not begin with the stacks' prefix: the alarms on service roles
      // select roles by that prefix, and this is none. IAM names are global, so the name contains the region.
      // AWS: iam/names-without-regions
      roleName: `${props.prefix}-approver-${Aws.REGION}`,
      description: 'A person approves or rejects a registered model as this role.',
      // IAM policies of the account decide who may take it. No workload of these stacks has sts:AssumeRole.
      assumedBy: new iam.AccountPrincipal(Aws.ACCOUNT_ID),
      inlinePolicies: {
        Decision: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              sid: 'SetApprovalStatus',
              actions: ['sagemaker:UpdateModelPackage'],
              resources: [props.training.modelPackageArnPattern],
              conditions: {
                // Denies a call without a decision, and "PendingManualApproval": no version becomes undecided
                // again.
                StringEquals: { 'sagemaker:ModelApprovalStatus': ['Approved', 'Rejected'] },
                // An approver must not change which artifact the package means.
                // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
                Null: { 'sagemaker:CustomerMetadataProperties/modelSha256': 'true' },
              },
            }),
          ],
        }),
      },
    });
    acknowledgeInlinePolicies(this.role);
    acknowledgeWildcards(this.role, {
      pattern: `model-package/${props.training.modelPackageGroupName}/*`,
      reason: 'EV-005: Versions of our own model package group.',
    });
    covers(this.role, 'SEC-02', 'MLOPS-03', 'BALANCE-05');
  }
}
