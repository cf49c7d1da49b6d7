import { account } from '../estate.ts';
import { type PlanCase, region } from './case.ts';

const _tableArn = `arn:aws:dynamodb:${region}:${account}:table/t`;

/** Settings that keep what may be deleted. */
export const protection: readonly PlanCase[] = [];
