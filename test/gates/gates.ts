import { evidenceGate } from './evidence-gate';
import type { Gate } from './gate';
import { pythonGates } from './python-gates';
import { templateGates } from './template-gates';

export const gates: readonly Gate[] = [...templateGates, evidenceGate, ...pythonGates];
