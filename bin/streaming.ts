import { App } from 'aws-cdk-lib';

import { sandbox } from '../lib/config';
import { flightDisruption } from '../lib/problem/flight-disruption';
import { workflow } from '../lib/workflow';

/** The app with the stream, as `streaming.enabled: true` in lib/config.ts deploys it: for `--story streaming`. */
const app = new App();
workflow(app, { ...sandbox, streaming: { ...sandbox.streaming, enabled: true } }, flightDisruption);
app.synth();
