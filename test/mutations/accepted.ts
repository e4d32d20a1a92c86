/**
 * Changes of the code that no test needs to notice, one by one. Most are equivalent: the changed code does the same. An
 * entry that no longer survives fails the run, and one whose code is gone fails `npm test` (accepted.test.ts).
 */
export interface Accepted {
  readonly file: string;
  /** The whole line where the change is, without indentation: finds the place when lines move. */
  readonly line: string;
  /** What Stryker changed on it, and into what, as the report prints them. */
  readonly code: string;
  readonly mutated: string;
  readonly reason: string;
}

export const accepted: readonly Accepted[] = [
  {
    file: 'lambda/verify-package/approval.ts',
    line: "return arn.replace(/^(arn:[^:]+):sts::(\\d+):assumed-role\\/([^/]+)\\/.*$/, '$1:iam::$2:role/$3');",
    code: '/^(arn:[^:]+):sts::(\\d+):assumed-role\\/([^/]+)\\/.*$/',
    mutated: '/(arn:[^:]+):sts::(\\d+):assumed-role\\/([^/]+)\\/.*$/',
    reason: "A text before or after the session's ARN stays in the result, which then equals no role either.",
  },
  {
    file: 'lambda/verify-package/approval.ts',
    line: "return arn.replace(/^(arn:[^:]+):sts::(\\d+):assumed-role\\/([^/]+)\\/.*$/, '$1:iam::$2:role/$3');",
    code: '/^(arn:[^:]+):sts::(\\d+):assumed-role\\/([^/]+)\\/.*$/',
    mutated: '/^(arn:[^:]+):sts::(\\d+):assumed-role\\/([^/]+)\\/.*/',
    reason: "A text before or after the session's ARN stays in the result, which then equals no role either.",
  },
  {
    file: 'lambda/verify-package/artifact.ts',
    line: "const registered = description.CustomerMetadataProperties?.modelSha256 ?? '';",
    code: "''",
    mutated: '"Stryker was here!"',
    reason: 'Neither text is a digest, so the next line refuses both.',
  },
  {
    file: 'lambda/verify-package/artifact.ts',
    line: 'const containers = description.InferenceSpecification?.Containers ?? [];',
    code: '[]',
    mutated: '["Stryker was here"]',
    reason: 'A text has no ModelDataUrl, so it counts as no container, as in an empty list.',
  },
  {
    file: 'lambda/verify-package/artifact.ts',
    line: "const execution = description.CustomerMetadataProperties?.PipelineExecutionId ?? '';",
    code: 'description.CustomerMetadataProperties?.PipelineExecutionId',
    mutated: 'description.CustomerMetadataProperties.PipelineExecutionId',
    reason: 'A package without metadata has no digest, and was refused before.',
  },
  {
    file: 'lambda/verify-package/artifact.ts',
    line: 'if (description.CreationTime === undefined || !(writtenAt <= description.CreationTime)) {',
    code: 'description.CreationTime === undefined',
    mutated: 'false',
    reason: 'No time is at or before undefined, so the other half of the condition refuses it, too.',
  },
  {
    file: 'lambda/stop-pipeline-executions/handler.ts',
    line: 'const found: Execution[] = [];',
    code: '[]',
    mutated: '["Stryker was here"]',
    reason: 'A text has no status, so it counts as no running execution.',
  },
  {
    file: 'lambda/watch-idle-endpoint/serving.ts',
    line: 'parameterKeys: (stack?.Parameters ?? []).flatMap(({ ParameterKey }) => ParameterKey ?? []),',
    code: '[]',
    mutated: '["Stryker was here"]',
    reason: 'A text has no ParameterKey, so it is left out, as in an empty list.',
  },
];
