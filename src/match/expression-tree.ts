import type { ASTNode } from '@marcbachmann/cel-js';

/** Functions of CEL that walk a list or the keys of a map. */
export const comprehensions = ['all', 'exists', 'exists_one', 'map', 'filter', 'existsOne', 'transformList', 'transformMap'];

/** Children of a node, whatever its operator. */
export function children(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case 'call':
      return node.args[1];
    case 'rcall':
      return [node.args[1], ...node.args[2]];
    case 'map':
      return node.args.flat();
    case '!_':
    case '-_':
      return [node.args];
    default:
      return node.args;
  }
}
