import { fromPortSets, toPortSets, traffic } from './algebra/traffic.ts';
import type { PortSet } from './api.ts';

/** What both let through. */
export const commonPorts = (a: readonly PortSet[], b: readonly PortSet[]): readonly PortSet[] =>
  toPortSets(traffic.intersect(fromPortSets(a), fromPortSets(b)));
export const unitePorts = (a: readonly PortSet[], b: readonly PortSet[]): readonly PortSet[] => toPortSets(traffic.union(fromPortSets(a), fromPortSets(b)));
