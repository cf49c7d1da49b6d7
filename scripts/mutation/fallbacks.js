/**
 * Leaves mutants of a fallback behind an indexed value alone (`match[1] ?? ''`): the compiler asks for it wherever a list is indexed (noUncheckedIndexedAccess), and no input reaches
 * it. Fallbacks behind anything else are mutated.
 */
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

const fallbacks = {
  shouldIgnore(node) {
    const parent = node.parentPath;
    if (node.key !== 'right' || !parent?.isLogicalExpression({ operator: '??' })) return undefined;
    const { left, right } = parent.node;
    const indexed = (left.type === 'MemberExpression' || left.type === 'OptionalMemberExpression') && left.computed;
    const empty =
      (right.type === 'StringLiteral' && right.value === '') ||
      (right.type === 'ArrayExpression' && right.elements.length === 0) ||
      right.type === 'NumericLiteral';
    return indexed && empty ? 'what the compiler asks for behind an index' : undefined;
  },
};

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'index-fallbacks', fallbacks)];
