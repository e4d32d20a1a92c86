interface Who {
  /** SageMaker says it of model packages ("UserContext", Amazon SageMaker API Reference). */
  readonly IamIdentity?: { readonly Arn?: string | undefined };
}

/** The part of a model package's description that says who decided what. */
export interface ApprovedPackage {
  readonly CreatedBy?: Who;
  readonly LastModifiedBy?: Who;
  readonly LastModifiedTime?: Date;
  readonly ApprovalDescription?: string;
  readonly SkipModelValidation?: string;
}

export interface ApprovalRules {
  readonly approverRoleArn: string;
  /** An approval says something about data and traffic of its day. */
  readonly validDays: number;
}

const dayMilliseconds = 86_400_000;

/**
 * Why an approval does not count; undefined when it does. IAM says who may approve; this looks at who did, so that a
 * permission that was given too freely does not put a model into production by itself.
 *
 * SageMaker keeps no time and no person of the approval itself, only of the last change: an approval is at least as
 * old, and whoever changed a package after its approval has to answer for it. The age counts for what has never been
 * live: who goes back, or wakes the live version, knows it.
 */
export function refusedApproval(
  description: ApprovedPackage,
  { approverRoleArn, validDays }: ApprovalRules,
  { at, wasLive }: { readonly at: Date; readonly wasLive: boolean },
): string | undefined {
  const { LastModifiedTime: decidedAt } = description;
  const who = description.LastModifiedBy?.IamIdentity?.Arn;
  const maker = description.CreatedBy?.IamIdentity?.Arn;
  if (description.SkipModelValidation === 'All')
    return 'it was registered without validation (SkipModelValidation: All)';
  if ((description.ApprovalDescription ?? '').trim() === '')
    return 'nobody wrote why it was approved (ApprovalDescription)';
  if (who === undefined || decidedAt === undefined)
    return 'it was approved when it was registered, or SageMaker does not say by whom: nobody looked at it';
  if (maker !== undefined && identityOf(who) === identityOf(maker))
    return `${who} registered it and approved it; that takes two`;
  if (identityOf(who) !== approverRoleArn)
    return `${who} approved it, or changed it afterwards; only who takes the role ${approverRoleArn} may decide`;
  const days = (at.getTime() - decidedAt.getTime()) / dayMilliseconds;
  if (!wasLive && days > validDays) {
    return `it was approved on ${decidedAt.toISOString().slice(0, 10)}, ${Math.floor(days)} days ago; an approval is good for ${validDays} days`;
  }
  return undefined;
}

/** A session of a role as its role; the session's own name is for whoever takes the role to choose. */
function identityOf(arn: string): string {
  return arn.replace(/^(arn:[^:]+):sts::(\d+):assumed-role\/([^/]+)\/.*$/, '$1:iam::$2:role/$3');
}
