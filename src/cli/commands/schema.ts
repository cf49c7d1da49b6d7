import { InputError, nearest } from '../../model/error.ts';
import { jsonSchema, schemas } from '../../schema/registry.ts';
import type { ExitCode, Invocation } from '../command.ts';

export async function run({ args, io }: Invocation): Promise<ExitCode> {
  const [name] = args;
  const known = Object.keys(schemas).sort();
  if (name === undefined) {
    io.out(`${known.join('\n')}\n`);
    return 0;
  }
  const schema = jsonSchema(name.replace(/\/v1$/, ''));
  if (schema === undefined) {
    const near = nearest(name, known);
    throw new InputError(`no schema is called \`${name}\``, { help: near === undefined ? `one of: ${known.join(', ')}` : `did you mean ${near}?` });
  }
  io.out(`${JSON.stringify(schema, null, 2)}\n`);
  return 0;
}
