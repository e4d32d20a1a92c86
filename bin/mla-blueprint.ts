import { App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';

import { sandbox } from '../lib/config';
import { flightDisruption } from '../lib/problem/flight-disruption';
import { workflow } from '../lib/stacks/workflow';

const app = new App();
workflow(app, sandbox, flightDisruption);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { verbose: true }));
for (const [key, value] of Object.entries(sandbox.tags)) Tags.of(app).add(key, value);
app.synth();
