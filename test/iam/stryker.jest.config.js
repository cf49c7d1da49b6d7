// Mutation runs of the evaluator: its tests only, with fewer generated requests.
import base from '../../jest.config.js';

process.env.IAM_RUNS = '400';

export default { ...base, rootDir: '../..', testMatch: ['<rootDir>/test/iam/aws-*.test.ts'] };
