interface Who {
  /** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UserContext.html */
  readonly IamIdentity?: { readonly Arn?: string | undefined };
}

/** The part of a model package's description that says who decided, and why. */
export interface ApprovedPackage {
  readonly CreatedBy?: Who;
  readonly LastModifiedBy?: Who;
  readonly LastModifiedTime?: Date;
  readonly ApprovalDescription?: string;
  readonly SkipModelValidation?: string;
}

export interface ApprovalRules {
  readonly approverRoleArn: string;
  /** An approval is about the data and the traffic of its day, so it expires. */
  readonly validDays: number;
}

const dayMilliseconds = 86_400_000;

/**
 * Why an approval is not valid; undefined if it is. IAM says who may approve. This checks who did, so that a permission
 * that was granted too freely does not put a model into production by itself.
 *
 * SageMaker keeps the identity and the time of the last change, not of the approval. So a later change by another
 * identity makes the approval invalid. The age does not matter for a version that was live before: an operator who rolls
 * back to it, or recreates its endpoint, knows it.
 */
export function refusedApproval(
  description: ApprovedPackage,
  { approverRoleArn, validDays }: ApprovalRules,
  { at, wasLive }: { readonly at: Date; readonly wasLive: boolean },
): string | undefined {
  const { LastModifiedTime: decidedAt } = description;
  const who = description.LastModifiedBy?.IamIdentity?.Arn;
  const maker = description.CreatedBy?.IamIdentity?.Arn;
  const { SkipModelValidation: skipped = 'None' } = description;
  if (skipped !== 'None') return `it was registered without validation (SkipModelValidation: ${skipped})`;
  if ((description.ApprovalDescription ?? '').trim() === '')
    return 'its approval gives no reason (ApprovalDescription)';
  if (who === undefined || decidedAt === undefined)
    return 'it was approved at its registration, or SageMaker does not say by whom: nobody has reviewed it';
  if (maker === undefined) return 'SageMaker does not say who registered it';
  if (identityOf(who) === identityOf(maker))
    return `${who} both registered and approved it; these must be two identities`;
  if (identityOf(who) !== approverRoleArn)
    return `${who} approved it, or changed it afterwards; only the role ${approverRoleArn} may decide`;
  const days = (at.getTime() - decidedAt.getTime()) / dayMilliseconds;
  // Not `days > validDays`: a time that is none would be within every limit.
  if (!wasLive && !(days <= validDays)) {
    return `it was approved on ${decidedAt.toISOString().slice(0, 10)}, ${Math.floor(days)} days ago; an approval is valid for ${validDays} days`;
  }
  return undefined;
}

/** The role of a session; the caller of AssumeRole chooses the session's name. */
function identityOf(arn: string): string {
  return arn.replace(/^(arn:[^:]+):sts::(\d+):assumed-role\/([^/]+)\/.*$/, '$1:iam::$2:role/$3');
}
