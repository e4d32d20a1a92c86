import { meaning } from '../meaning/meaning';
import { evidenceCheck } from './evidence-check';
import { pythonChecks } from './python-checks';
import type { SecurityCheck } from './security-check';
import { templateChecks } from './template-checks';

export const securityChecks: readonly SecurityCheck[] = [...templateChecks, meaning, evidenceCheck, ...pythonChecks];
