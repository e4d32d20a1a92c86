import { AwsError, type HttpFace, type Principal } from '../../platform';
import type { Engine } from '../engine';
import { validation } from '../errors';
import type { MlflowApps } from './apps';

/** Which app a request is for. */
const APP = 'x-sm-mlflow-app-arn';

/**
 * MLflow's REST API at the endpoint of SageMaker's MLflow Apps, signed for `sagemaker`. One permission covers all of
 * it; the actions of the prefix `sagemaker-mlflow` are those of tracking servers.
 */
// AWS: sagemaker-mlflow/calls-to-apps
export function mlflowRest(engine: Engine, apps: MlflowApps): HttpFace {
  return {
    claims: (signingName, headers) => signingName === 'sagemaker' && headers[APP] !== undefined,
    async handle(request) {
      const arn = request.headers[APP] ?? '';
      authorize(engine, arn, request.principal);
      const app = apps.get(arn);
      if (!/^(Created|Updat)/.test(app.status)) throw validation(`MLflow App ${arn} is ${app.status}.`);
      return apps.servers.send(app, request);
    },
  };
}

/** REST services refuse with 403 where SageMaker's own protocol has 400. */
// AWS: sagemaker-mlflow/calls-to-apps
function authorize(engine: Engine, arn: string, principal: Principal): void {
  try {
    engine.platform.authorize('mlflow app', {
      principal,
      action: 'sagemaker:CallMlflowAppApi',
      resource: arn,
      context: Object.fromEntries(engine.tags.of(arn).map(({ Key, Value = '' }) => [`aws:ResourceTag/${Key}`, Value])),
    });
  } catch (error) {
    throw error instanceof AwsError ? new AwsError(error.code, error.message, 403) : error;
  }
}
