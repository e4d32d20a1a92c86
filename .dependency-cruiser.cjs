/**
 * The arrows of docs/architecture.md as rules: what may import what. @type
 * {import('dependency-cruiser').IConfiguration}
 */
const never = (name, comment, from, to) => ({ name, comment, severity: 'error', from: { path: from }, to });

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    never(
      'product-knows-no-rehearsal',
      'What is deployed must not depend on what rehearses it.',
      '^(bin|lib|pipelines|lambda)/',
      {
        path: '^(rehearsal|operator|bench|docs|test)/',
      },
    ),
    never(
      'functions-stand-alone',
      'A Lambda function is bundled alone; it may share only with other functions.',
      '^lambda/',
      {
        path: '^(bin|lib|pipelines)/',
      },
    ),
    never(
      'operator-uses-aws-only',
      'The commands run unchanged against AWS: SDK clients, nothing of the stacks.',
      '^operator/',
      {
        path: '^(bin|lib|pipelines|lambda|rehearsal)/',
      },
    ),
    never(
      'rehearsal-reads-the-assembly',
      'The rehearsal runs what was synthesized, not the code that synthesized it.',
      '^rehearsal/',
      {
        path: '^(bin|lib|pipelines|lambda)/',
      },
    ),
    never('problem-is-the-source', 'The ProblemSpec depends on nothing but itself.', '^lib/problem/', {
      path: '^(lib/(?!problem)|pipelines)/',
    }),
    never('definition-is-general', 'The pipeline library knows no problem.', '^pipelines/definition/', {
      path: '^(lib|pipelines/(?!definition))/',
    }),
    never('constructs-know-no-stack', 'Stacks wire constructs, not the other way round.', '^lib/(?!stacks)', {
      path: '^lib/stacks/',
    }),
    never('iam-below-gateway', 'Evaluation knows no transport.', '^local-account/iam/', {
      path: '^rehearsal/(gateway|sagemaker|events|cloudformation|story|report)/',
    }),
    never(
      'services-see-the-platform-only',
      'A service of the rehearsal reaches the others through the platform.',
      '^rehearsal/(sagemaker|events|cloudformation)/',
      {
        path: '^rehearsal/(gateway|story|report)/',
      },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
