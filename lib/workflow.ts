import { Annotations, DefaultStackSynthesizer, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

import type { WorkflowConfiguration } from './config';
import { DataLakeStack } from './data-lake/data-lake-stack';
import { FeaturesStack } from './features/features-stack';
import { FoundationStack } from './foundation/foundation-stack';
import { MonitoringStack } from './monitoring/monitoring-stack';
import type { ProblemSpec } from './problem/problem-spec';
import { ReleaseStack } from './release/release-stack';
import { captures, chooseServingPattern } from './serving/serving-pattern';
import { ServingStack } from './serving/serving-stack';
import { logRetention } from './shared/function/log-retention';
import { refuseLocalStorage } from './shared/sagemaker/local-storage';
import { checkFixedNames } from './shared/stack/name-length';
import { checkRegion } from './shared/stack/supported-region';
import type { WorkflowSettings } from './shared/stack/workflow-context';
import { workflowName } from './shared/stack/workflow-stack';
import { TrainingStack } from './training/training-stack';

/** The stacks in order of dependency. Each gets the context, and the stages before it that it uses. */
export function workflow(scope: Construct, configuration: WorkflowConfiguration, problem: ProblemSpec) {
  // The templates are the same for every region. The CDK CLI names the region of the deployment.
  checkRegion(process.env.CDK_DEFAULT_REGION);
  checkFixedNames(scope, configuration.prefix);
  refuseLocalStorage(configuration);
  const name = (stack: string) => `${workflowName(configuration.prefix)}-${stack}`;
  // Tag every resource with owner, cost center and data class. Otherwise a bill or an incident has no owner.
  for (const [key, value] of Object.entries(configuration.tags)) Tags.of(scope).add(key, value);
  const { pattern, why } = chooseServingPattern(problem.name, problem.serving, configuration.serving.pattern);
  const settings: WorkflowSettings = { configuration, problem, pattern, logRetention: logRetention(configuration) };

  const foundation = new FoundationStack(scope, name('Foundation'), { settings });
  const { context } = foundation;
  const lake = new DataLakeStack(scope, name('DataLake'), { context });
  const features = configuration.streaming.enabled
    ? new FeaturesStack(scope, name('Features'), { context, lake })
    : undefined;
  features?.addStackDependency(lake);
  const training = new TrainingStack(scope, name('Training'), { context, lake });
  const serving = new ServingStack(scope, name('Serving'), {
    context,
    lake,
    // A release updates this stack with a narrow role. CDK's rule that checks the bootstrap version would make that role
    // read a parameter, and only `cdk deploy` needs the rule.
    synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
  });
  if (!captures(pattern)) {
    Annotations.of(serving).addInfoV2(
      'mla-blueprint:no-captures',
      `Serving pattern ${why}. It captures no requests, so drift and outcomes are not watched: see docs/learn/serving.md.`,
    );
  }
  const release = new ReleaseStack(scope, name('Release'), { context, lake, training, serving });
  // Releases read and write the parameters by name, so no reference orders the stacks.
  release.addStackDependency(training);
  const monitoring = new MonitoringStack(scope, name('Monitoring'), {
    context,
    lake,
    features,
    training,
    serving,
    release,
  });
  monitoring.addStackDependency(training);
  return { foundation, lake, ...(features && { features }), training, serving, release, monitoring };
}
