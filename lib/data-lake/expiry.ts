import type { WorkflowConfiguration } from '../config';
import type { ServingPattern } from '../serving/serving-pattern';

/**
 * Days by key prefix, for each bucket whose objects expire. Everything else stays until the stack is deleted. The days
 * are `retention` in lib/config.ts (SEC-09: limits for sensitive data).
 */
export function expiringPrefixes(retention: WorkflowConfiguration['retention'], pattern: ServingPattern) {
  const { captureDays } = retention;
  return {
    curated: { queries: retention.queryResultDays, quarantine: retention.quarantineDays },
    artifacts: {
      batch: retention.batchDays,
      ...(pattern === 'asynchronous' ? { asynchronous: retention.asynchronousDays } : {}),
    },
    capture: { capture: captureDays, 'ground-truth': captureDays, monitoring: retention.monitoringDays },
    audit: { AWSLogs: retention.auditDays },
  };
}
