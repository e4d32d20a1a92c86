import { App, CfnWaitConditionHandle, Stack } from 'aws-cdk-lib';

// A template needs one resource; this one costs nothing and does nothing.
const app = new App();
new CfnWaitConditionHandle(new Stack(app, 'Empty'), 'Nothing');
app.synth();
