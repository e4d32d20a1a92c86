/**
 * Days after which S3 removes what only passes through, by key prefix. The buckets have versions: what expires lives on
 * as an old version, and for these prefixes that is a day, because requests, outcomes and refused rows may be personal
 * in other problems than this one (SEC-09, SECCHK-07).
 */
export const retentionDays = {
  curated: { queries: 7, quarantine: 90 },
  /** What callers put there and fetch from there; an asynchronous endpoint adds its own. */
  artifacts: { batch: 30 },
  asynchronous: 30,
  /** Findings are kept longer than what they were found in. */
  capture: { capture: 30, 'ground-truth': 30, monitoring: 90 },
} as const;

/** The audit trail is evidence: here old versions are kept as everywhere else. */
export const auditRetentionDays = 365;

/** Of objects below an expiring prefix: S3 counts whole days, so a capture is gone on the 32nd day at the latest. */
export const expiredVersionDays = 1;

/** Of everything else: time to notice that something was overwritten or deleted by mistake. */
export const oldVersionDays = 30;
