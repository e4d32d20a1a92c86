// The import rules of docs/learn/architecture.md.

const never = (name, comment, from, to) => ({ name, comment, severity: 'error', from: { path: from }, to });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    never(
      'product-knows-no-rehearsal',
      'What is deployed must not depend on what rehearses it.',
      '^(bin|lib|pipelines|lambda)/',
      {
        path: '^(rehearsal|account|conformance|local-account|operator|bench|blueprint|diagrams|docs|test)/',
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
      'The commands run unchanged against AWS: SDK clients, nothing of the stacks. Only the calculation of the state is shared.',
      '^operator/',
      {
        path: '^(bin|lib|pipelines|lambda/(?!airport-state/)|rehearsal|account|local-account)/',
      },
    ),
    never(
      'rehearsal-reads-the-assembly',
      'The rehearsal runs what was synthesized, not the code that synthesized it.',
      '^(rehearsal|account|conformance)/',
      {
        path: '^(bin|lib|pipelines|lambda)/',
      },
    ),
    never(
      'story-knows-no-account-command',
      'The story is a client of an account, whoever keeps it up.',
      '^rehearsal/',
      {
        path: '^account/',
      },
    ),
    never(
      'graphs-know-no-stack',
      'What draws a definition knows Amazon States Language; only the command synthesizes the stacks.',
      '^diagrams/(?!main\\.ts)',
      {
        path: '^(bin|lib|pipelines|lambda|operator|rehearsal|account|local-account)/',
      },
    ),
    never('problem-is-the-source', 'The ProblemSpec depends on nothing but itself.', '^lib/problem/', {
      path: '^(lib/(?!problem)|pipelines)/',
    }),
    never('definition-is-general', 'The pipeline library knows no problem.', '^pipelines/definition/', {
      path: '^(lib|pipelines/(?!definition))/',
    }),
    never('constructs-know-no-stack', 'Stacks wire constructs, not the other way round.', '^lib/(?!workflow\\.ts)', {
      path: '^(lib/workflow\\.ts|lib/[^/]+/[^/]+-stack\\.ts)$',
    }),
    never(
      'local-account-stands-alone',
      'The local account knows AWS: no stack, no command, no story and no flight.',
      '^local-account/',
      {
        path: '^(bin|lib|pipelines|lambda|operator|rehearsal|account|conformance|test|blueprint|diagrams|docs|bench)/',
      },
    ),
    never('iam-below-gateway', 'Evaluation knows no transport.', '^local-account/iam/', {
      path: '^local-account/(gateway|sagemaker|events|cloudformation)/',
    }),
    never(
      'services-see-the-platform-only',
      'A service of the local account reaches the others through the platform.',
      '^local-account/(sagemaker|events|cloudformation)/',
      {
        path: '^local-account/gateway/',
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
