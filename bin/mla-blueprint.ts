import { App, Validations } from 'aws-cdk-lib';

import { sandbox } from '../lib/config';
import { flightDisruption } from '../lib/problem/flight-disruption';
import { securityPacks } from '../lib/shared/security/packs';
import { workflow } from '../lib/workflow';

const app = new App();
workflow(app, sandbox, flightDisruption);
Validations.of(app).addPlugins(...securityPacks(app));
app.synth();
