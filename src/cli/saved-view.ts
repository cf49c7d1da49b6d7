import { readFile } from 'node:fs/promises';
import { InputError } from '../model/error.ts';
import type { View } from '../view/build.ts';

/** Reads a run that `view --export FILE.json` wrote. */
export async function readSavedView(file: string): Promise<View> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new InputError(`cannot read \`${file}\``, { help: 'name a snapshot directory, or a run that postern view SNAP --export RUN.json wrote' });
  });
  let view: View;
  try {
    view = JSON.parse(text) as View;
  } catch {
    throw new InputError(`\`${file}\` is no JSON`, { help: 'postern view SNAP --export RUN.json writes a run' });
  }
  if (view?.model?.schema !== 'view/v5' || view.estate?.schema !== 'estate/v1')
    throw new InputError(`\`${file}\` is no run of this version`, { help: 'write it anew: postern view SNAP --export RUN.json' });
  return view;
}
