// The layers. A folder is a stage and data flows one way; each rule says why.
/** Stages that a stage may read: those to its left, and what is common to all. */
const left = { collect: [], snapshot: ['collect'], graph: [], iam: [], network: [], derive: ['graph', 'iam', 'network'], rules: ['graph', 'iam', 'network'], paths: ['graph'], report: ['graph'], view: ['graph', 'paths', 'report'], store: ['graph', 'paths'], schema: [] };
const common = ['model', 'match'];
module.exports = {
  forbidden: [
    ...Object.entries(left).map(([stage, allowed]) => ({
      name: `layer-${stage}`,
      comment: `${stage} reads ${[...allowed, ...common].join(', ')} and itself only: what comes later must not reach back, so that every stage is a function of the ones before`,
      severity: 'error',
      from: { path: `^src/${stage}/` },
      to: { path: '^src/', pathNot: `^src/(${[stage, ...allowed, ...common].join('|')})/` },
    })),
    { name: 'model-knows-nothing', comment: 'the vocabulary is read by all, so it may read nobody', severity: 'error', from: { path: '^src/model/' }, to: { path: '^src/', pathNot: '^src/model/' } },
    { name: 'match-knows-the-model', comment: 'the matcher serves several stages, so it may read none of them', severity: 'error', from: { path: '^src/match/' }, to: { path: '^src/', pathNot: '^src/(match|model)/' } },
    { name: 'only-cli-collects', comment: 'collectors name clouds; everything but the composition root must work on any snapshot', severity: 'error', from: { path: '^src/', pathNot: '^src/cli/' }, to: { path: '^collectors/' } },
    { name: 'collectors-declare', comment: 'a collector is a table over the model; what it needs of the runner it is given', severity: 'error', from: { path: '^collectors/' }, to: { path: '^src/', pathNot: '^src/(model|collect)/' } },
    { name: 'no-cycles', comment: 'a cycle, also one of types, means that two files are one', severity: 'error', from: {}, to: { circular: true } },
    { name: 'sdk-in-collectors', comment: 'analysis never touches a cloud', severity: 'error', from: { path: '^src/' }, to: { path: '@aws-sdk|@azure' } },
    { name: 'neo4j-in-store', comment: 'the driver is optional and loaded by the store only', severity: 'error', from: { pathNot: '^src/store/neo4j/' }, to: { path: 'neo4j-driver' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    parser: 'swc',
    enhancedResolveOptions: { extensions: ['.ts', '.js'], exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
