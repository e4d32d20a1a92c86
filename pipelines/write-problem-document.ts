/** Writes pipelines/steps/workflow/problem.json for runs of the Python steps outside an asset (tests, benchmarks). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flightDisruption } from '../lib/problem/flight-disruption';
import { problemDocument } from '../lib/problem/problem-document';

const file = join(__dirname, 'steps', 'workflow', 'problem.json');
writeFileSync(file, `${JSON.stringify(problemDocument(flightDisruption), null, 2)}\n`);
